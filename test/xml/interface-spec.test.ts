import assert from 'node:assert/strict';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import { checkInterfaceSpec, type InterfaceInput } from '../../lib/xml/interface-spec.js';
import { FULL } from './specs.js';

function refusal(input: Partial<InterfaceInput>): HotnicError {
  try {
    checkInterfaceSpec({ type: 'network', network: 'default', ...input });
  } catch (error) {
    assert.ok(error instanceof HotnicError);
    assert.equal(error.exitCode, 2);
    assert.notEqual(error.details.next ?? '', '');
    return error;
  }
  return assert.fail(`accepted ${JSON.stringify(input)}`);
}

describe('checking what was asked for', () => {
  it('brings typed text into its normal form', () => {
    const spec = checkInterfaceSpec({
      type: 'hostdev',
      hostdev: 'pci_0000_81_10_1',
      managed: 'yes',
      mac: '52-54-00-AB-CD-EF',
      mtu: '1500',
      vlan: { tags: [{ id: '42' }] },
    });
    assert.deepEqual(spec, {
      type: 'hostdev',
      hostdev: '0000:81:10.1',
      managed: true,
      mac: '52:54:00:ab:cd:ef',
      mtu: 1500,
      vlan: { tags: [{ id: 42 }] },
    });
    assert.deepEqual(checkInterfaceSpec(FULL.bridge), FULL.bridge);
  });

  it('refuses each bad value with what to type instead', () => {
    const bad: readonly [string, Partial<InterfaceInput>, RegExp][] = [
      ['mac-invalid', { mac: '52:54:00:12:34' }, /52:54:00:12:34:56/],
      ['mac-invalid', { mac: 'zz:54:00:12:34:56' }, /52:54:00:12:34:56/],
      ['mac-invalid', { mac: '53:54:00:12:34:56' }, /52:54:00:12:34:56/],
      ['mac-invalid', { mac: '00:00:00:00:00:00' }, /leave it out/],
      ['mtu-invalid', { mtu: 0 }, /from 68 to 65535, such as 1500/],
      ['mtu-invalid', { mtu: '99999999' }, /68/],
      ['mtu-invalid', { mtu: 'jumbo' }, /68/],
      ['mtu-invalid', { mtu: '1500.5' }, /68/],
      ['mtu-invalid', { mtu: '-1500' }, /68/],
      ['mtu-invalid', { mtu: '' }, /68/],
      ['mtu-invalid', { mtu: Number.NaN }, /68/],
      ['queues-invalid', { driver: { queues: 0 } }, /from 1 to 256/],
      ['queues-invalid', { driver: { queues: 257 } }, /from 1 to 256/],
      ['queues-invalid', { driver: { rxQueueSize: 300 } }, /256, 512 or 1024/],
      ['vlan-invalid', { vlan: { tags: [{ id: 5000 }] } }, /from 0 to 4094/],
      ['vlan-invalid', { vlan: { tags: [{ id: 4095 }] } }, /from 0 to 4094/],
      ['vlan-invalid', { vlan: { tags: [] } }, /at least one/],
      ['vlan-invalid', { vlan: { trunk: 'no', tags: [{ id: 1 }, { id: 2 }] } }, /./],
      ['vlan-invalid', { vlan: { tags: [{ id: 1 }, { id: 1 }] } }, /once/],
      ['bandwidth-invalid', { inbound: { average: 'fast' } }, /KiB\/s/],
      ['bandwidth-invalid', { inbound: { peak: 10 } }, /average/],
      ['bandwidth-invalid', { outbound: { average: 1, floor: 1 } }, /floor/],
      ['bandwidth-invalid', { type: 'user', network: undefined, inbound: { average: 1 } }, /leave/],
      ['alias-invalid', { alias: 'net0' }, /ua-/],
      ['alias-invalid', { alias: 'ua-a b' }, /ua-/],
      ['target-invalid', { target: 'vnet7' }, /another name/],
      ['target-invalid', { target: 'a/b' }, /15/],
      ['target-invalid', { target: 'sixteen-bytes-xx' }, /15/],
      ['target-invalid', { target: '..' }, /15/],
      ['target-invalid', { target: 'tap%d' }, /15/],
      ['target-invalid', { targetManaged: true }, /name the target/],
      ['link-invalid', { link: 'sideways' }, /up, down/],
      ['type-invalid', { type: 'udp' }, /network, bridge/],
      ['source-missing', { network: undefined }, /network/],
      ['source-missing', { type: 'bridge', network: undefined }, /bridge/],
      ['source-unfit', { bridge: 'br0' }, /leave the bridge out/],
      ['source-invalid', { network: 'a/b' }, /./],
      ['source-invalid', { network: 'a\u001b[31m' }, /./],
      ['source-invalid', { type: 'hostdev', network: undefined, hostdev: 'eth0' }, /lspci/],
      ['address-invalid', { pci: '02:20.0' }, /0000:02:00.0/],
      ['address-invalid', { acpiIndex: 16_384 }, /16383/],
      ['boot-invalid', { bootOrder: 0 }, /from 1/],
      ['filter-invalid', { filter: { name: 'a b' } }, /nwfilter-list/],
      ['filter-invalid', { filter: { name: 'f', parameters: [{ name: 'IP', value: '$(x)' }] } }, /./],
      ['virtualport-invalid', { virtualport: { type: 'openvswitch', managerid: 1 } }, /leave/],
      ['virtualport-invalid', { virtualport: { type: 'midonet' } }, /UUID/],
      ['teaming-invalid', { teaming: { type: 'transient', persistent: 'net0' } }, /ua-/],
      ['driver-invalid', { model: 'e1000e', driver: { queues: 2 } }, /virtio/],
      ['driver-invalid', { driver: { host: { csum: 'maybe' } } }, /on or off/],
      ['model-invalid', { model: 'virtio;' }, /virtio/],
      ['backend-invalid', { backend: { tap: 'tun' } }, /absolute/],
    ];
    for (const [code, input, next] of bad) {
      const error = refusal(input);
      assert.equal(error.code, code, error.message);
      assert.match(error.details.next ?? '', next);
    }
  });

  it('tells all problems at once, and shows values without control characters', () => {
    const error = refusal({ mtu: '\u001b[31m\u009b', mac: 'x', alias: 'y'.repeat(5000) });
    assert.equal(error.code, 'mac-invalid');
    assert.match(error.message, /MTU/);
    assert.doesNotMatch(error.message, /\p{Cc}/u);
    assert.ok(error.message.length < 400);
  });
});
