import assert from 'node:assert/strict';
import { parseParked } from '../../../lib/hypervisor/host/parked-functions.js';
import { parseSavedVfs } from '../../../lib/hypervisor/host/saved-vf-state.js';
import { parsePciAddress } from '../../../lib/nic/pci-address.js';

describe('what libvirt keeps of VFs that it gave away', () => {
  it('is read with the PF’s netdev, number, MAC and VLAN, a zero MAC as none', () => {
    const text = [
      'eth3_vf0\t{"mac":"52:54:00:12:34:56","adminMac":"00:00:00:00:00:00","vlanTag":0}',
      'enp4s0_vf12\t{   "mac": "9a:00:00:00:00:01",   "adminMac": "9a:00:00:00:00:02",   "vlanTag": 7 }',
    ].join('\n');
    assert.deepEqual(parseSavedVfs(text), [
      { file: 'eth3_vf0', netdev: 'eth3', index: 0, adminMac: null, vlan: 0 },
      { file: 'enp4s0_vf12', netdev: 'enp4s0', index: 12, adminMac: '9a:00:00:00:00:02', vlan: 7 },
    ]);
  });

  it('is nothing where the file is half written, no object, or of another name', () => {
    const text = ['eth3_vf0\t{"mac":', 'eth3_vf1\t[]', 'eth3\t{}', '../x_vf0\t{}', '-x_vf0\t{}', ''].join(
      '\n',
    );
    assert.deepEqual(parseSavedVfs(text), []);
  });
});

describe('functions that are kept away from their driver on purpose', () => {
  it('are named by vfio-pci’s ids on the command line and in modprobe.d, and by driverctl', () => {
    const { ids, overrides } = parseParked(
      [
        'ids\tvfio-pci.ids=8086:10D3,10de:1b80:1462:3362:ffff:0',
        'ids\toptions vfio-pci disable_vga=1 ids=15b3:1018',
        'override\t0000:02:00.0\tvfio-pci',
        'override\t0000:03:00.0\t',
        'override\tnonsense\tvfio-pci',
      ].join('\n'),
    );
    assert.deepEqual([...ids].sort(), ['10de:1b80', '15b3:1018', '8086:10d3']);
    assert.deepEqual([...overrides], [[parsePciAddress('0000:02:00.0'), 'vfio-pci']]);
  });
});
