import assert from 'node:assert/strict';
import {
  DRIVERS,
  driverForModalias,
  driverForPci,
  driverNamed,
} from '../../../lib/guest/hardware/drivers.js';
import { NETWORK_IDS } from '../../../lib/guest/hardware/pci-ids.js';

// As the kernel prints them in sysfs: Documentation/ABI/testing/sysfs-bus-pci, scripts/mod/file2alias.c. The ids are those
// that the platforms' own documentation and the drivers' tables give.
const MODALIASES: readonly (readonly [string, string])[] = [
  ['virtio:d00000001v00001AF4', 'virtio_net'],
  ['pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00', 'virtio_net'],
  ['pci:v00001D0Fd0000EC20sv00000000sd00000000bc02sc00i00', 'ena'],
  ['pci:v00001AE0d00000042sv00001AE0sd00000058bc02sc00i00', 'gve'],
  ['pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00', 'e1000'],
  ['pci:v00008086d0000100Fsv000015ADsd00000750bc02sc00i00', 'e1000'],
  ['pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00', 'e1000e'],
  ['pci:v00008086d000010C9sv00008086sd00000000bc02sc00i00', 'igb'],
  ['pci:v00008086d000010CAsv00008086sd00000000bc02sc00i00', 'igbvf'],
  ['pci:v00008086d000010EDsv00000000sd00000000bc02sc00i00', 'ixgbevf'],
  ['pci:v00008086d0000154Csv00000000sd00000000bc02sc00i00', 'iavf'],
  ['pci:v000015B3d00001016sv00001414sd00000190bc02sc00i00', 'mlx5_core'],
  ['pci:v000015ADd000007B0sv000015ADsd000007B0bc02sc00i00', 'vmxnet3'],
  ['vmbus:635161f83edfc546913ff2d2f965ed0e', 'hv_netvsc'],
  ['pci:v000010ECd00008139sv00001AF4sd00001100bc02sc00i00', '8139cp'],
  ['xen:vif', 'xen-netfront'],
];

describe('the table of drivers', () => {
  for (const [modalias, driver] of MODALIASES)
    it(`gives ${modalias} to ${driver}`, () => {
      assert.equal(driverForModalias(modalias)?.driver, driver);
    });

  it('knows the drivers by what sysfs and ethtool call them', () => {
    assert.equal(driverNamed('vif')?.driver, 'xen-netfront');
    assert.equal(driverNamed('8139too')?.driver, '8139cp');
    assert.equal(driverNamed('i40evf')?.driver, 'iavf');
    assert.equal(driverNamed(null), null);
    assert.equal(driverNamed('toString'), null);
  });

  it('gives no device to two drivers, and names only drivers that it knows', () => {
    const pairs = NETWORK_IDS.flatMap(({ vendor, devices }) =>
      devices.split(' ').map((one) => `${vendor}:${one}`),
    );
    assert.deepEqual(
      pairs.filter((one, index) => pairs.indexOf(one) !== index),
      [],
    );
    for (const { driver } of NETWORK_IDS) assert.notEqual(driverNamed(driver), null, driver);
  });

  it('says nothing of devices that it does not know', () => {
    assert.equal(driverForPci(0x8086, 0xffff), null);
    assert.equal(driverForModalias('usb:v0BDAp8153d3100dcFFdsc00'), null);
    assert.equal(driverForModalias(''), null);
  });

  it('explains the speed of each', () => {
    for (const { driver, speed } of DRIVERS) assert.ok(speed.length > 20, driver);
  });
});
