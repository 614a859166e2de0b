import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { localChannel } from '../../../lib/channel/local.js';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { inspectGuest, parseInspection } from '../../../lib/guest/inspect/inspect-guest.js';
import type { InspectedNic } from '../../../lib/guest/inspect/inspect-types.js';
import { fixture, NONCE } from '../fixture.js';
import { answering } from '../stand-in-channel.js';
import { answerWith, inspectedWith, type Around } from './answers.js';
import { NIC_TREES, type NicTree } from './trees.js';

const KNOWN: Readonly<Record<string, string>> = { gvnic: 'gve', vif: 'xen-netfront' };

function tree(driver: string): NicTree {
  const found = NIC_TREES.find((one) => one.driver === driver);
  assert.ok(found);
  return found;
}

function nicOf(one: NicTree, around?: Around): InspectedNic {
  const found = inspectedWith(one, around).inspection.nics.find(({ name }) => name === one.name);
  assert.ok(found);
  return found;
}

describe('inspectGuest', function () {
  this.timeout(30_000);

  it('looks at this machine, a Linux like any guest, in one command', async () => {
    await using channel = localChannel();
    let commands = 0;
    const counted = {
      ...channel,
      run: (...args: Parameters<typeof channel.run>) => (commands++, channel.run(...args)),
    };
    const { probe, nics, platform } = await inspectGuest(counted);
    assert.equal(commands, 1);
    assert.equal(probe.hostname, hostname());
    assert.notEqual(platform.id, undefined);
    for (const nic of nics) assert.ok(nic.queues.rx > 0 && nic.driver !== null, nic.name);
  });

  for (const one of NIC_TREES)
    it(`recognises ${one.driver} from a recorded tree`, () => {
      const nic = nicOf(one);
      assert.notEqual(nic.device, null);
      assert.equal(nic.driver, one.driver);
      assert.equal(nic.bus, one.bus);
      assert.equal(nic.pciAddress === null, one.pci === null);
      const [first = ''] = nic.link.why;
      assert.ok(first.startsWith(`${KNOWN[one.driver] ?? one.driver}: `), first);
    });

  it('reads what ethtool says: driver, firmware, rings, channels, offloads', () => {
    const nic = nicOf(tree('ena'));
    assert.deepEqual(nic.rings, { now: { rx: 1024, tx: 1024 }, most: { rx: 8192, tx: 8192 } });
    assert.deepEqual(nic.channels, { now: { combined: 2 }, most: { combined: 2 } });
    assert.deepEqual(
      nic.offloads?.map(({ name, on, fixed }) => `${name} ${on ? 'on' : 'off'}${fixed ? ' fixed' : ''}`),
      [
        'rx-checksumming on fixed',
        'tx-checksumming on',
        'tx-checksum-ipv4 off fixed',
        'tx-checksum-ip-generic on',
        'tcp-segmentation-offload off',
        'generic-receive-offload on',
        'large-receive-offload off',
      ],
    );
    assert.equal(nic.firmware, null);
    assert.equal(nicOf(tree('mlx5_core')).firmware, '14.30.1224 (MSF0010110035)');
    assert.equal(nicOf(tree('iavf')).firmware, null);
  });

  it('says why a speed is unknown, and that the tools mean the same', () => {
    const { speed, ethtool, why } = nicOf(tree('ena')).link;
    assert.deepEqual([speed, ethtool?.speed], [null, 'Unknown!']);
    assert.ok(why.some((text) => text.includes('mii-tool')));
  });

  it('says that a link has half duplex for no reason', () => {
    const half = { ...tree('vmxnet3'), duplex: 'half' };
    assert.ok(nicOf(half).link.why.some((text) => text.includes('half duplex')));
  });

  it('takes the unknown speed of an old kernel for unknown', () => {
    assert.equal(nicOf({ ...tree('ena'), speed: '4294967295' }).link.speed, null);
  });

  it('gives the module with what it was built for', () => {
    const module = [
      'filename:       /lib/modules/6.1.0/kernel/drivers/net/vmxnet3/vmxnet3.ko',
      'name:           vmxnet3',
      'vermagic:       6.1.0 SMP preempt mod_unload ',
    ];
    const nic = nicOf(tree('vmxnet3'), { module });
    assert.deepEqual(nic.module, {
      name: 'vmxnet3',
      version: '1.7.0.0-k',
      srcversion: null,
      vermagic: '6.1.0 SMP preempt mod_unload',
      file: '/lib/modules/6.1.0/kernel/drivers/net/vmxnet3/vmxnet3.ko',
    });
  });

  describe('who configures it', () => {
    const owners: [string, Around, readonly string[], boolean][] = [
      ['nobody', {}, [], false],
      [
        'systemd-networkd, which has it in hand',
        {
          owner: [
            '/run/systemd/netif/links/77:ADMIN_STATE=configured',
            '/run/systemd/netif/links/77:NETWORK_FILE=/etc/systemd/network/10-lan.network',
          ],
        },
        ['systemd-networkd'],
        false,
      ],
      [
        'netplan, which networkd renders',
        {
          owner: [
            '/run/systemd/netif/links/77:ADMIN_STATE=configured',
            '/run/systemd/netif/links/77:NETWORK_FILE=/run/systemd/network/10-netplan-ens192.network',
          ],
        },
        ['systemd-networkd', 'netplan'],
        false,
      ],
      [
        'nobody, where networkd leaves it alone',
        { owner: ['/run/systemd/netif/links/77:ADMIN_STATE=unmanaged'] },
        [],
        false,
      ],
      [
        'NetworkManager',
        { owner: ['/run/NetworkManager/devices/77:managed=true'] },
        ['NetworkManager'],
        false,
      ],
      ['ifupdown', { ifstate: ['lo=lo', 'ens192=ens192'] }, ['ifupdown'], false],
      [
        'two that know nothing of each other',
        { owner: ['/run/NetworkManager/devices/77:managed=true'], ifstate: ['ens192=ens192'] },
        ['NetworkManager', 'ifupdown'],
        true,
      ],
    ];
    for (const [what, around, systems, conflict] of owners)
      it(`is ${what}`, () => {
        const { owner } = nicOf(tree('vmxnet3'), around);
        assert.deepEqual([owner.systems, owner.conflict], [systems, conflict]);
      });

    it('is told by a file that names its MAC', () => {
      const config = ['>/etc/network/interfaces', '=1:iface ens192 inet dhcp', '', '.'];
      const { owner } = nicOf(tree('vmxnet3'), { config });
      assert.deepEqual(owner.systems, ['ifupdown']);
      assert.match(owner.evidence.join(), /\/etc\/network\/interfaces:1 names it by its name/);
    });

    it('names a DHCP client that runs on it', () => {
      const machine = ['dhcp\tdhclient dhclient -4 ens192 '];
      assert.match(nicOf(tree('vmxnet3'), { machine }).owner.evidence.join(), /dhclient -4 ens192/);
    });
  });

  describe('its name', () => {
    it('comes of a policy of udev', () => {
      const udev = [
        'E:ID_NET_NAME_SLOT=ens192',
        'E:ID_NET_LINK_FILE=/usr/lib/systemd/network/99-default.link',
        'E:ID_NET_NAMING_SCHEME=v252',
      ];
      const { naming } = nicOf(tree('vmxnet3'), { udev });
      assert.deepEqual([naming.assigned, naming.property], ['renamed', 'ID_NET_NAME_SLOT']);
      assert.match(naming.rule, /99-default\.link: ID_NET_NAME_SLOT, naming scheme v252/);
    });

    it('comes of 70-persistent-net.rules', () => {
      const rule = '=3:SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="00:50:56:00:00:01", NAME="ens192"';
      const { naming } = nicOf(tree('vmxnet3'), {
        config: ['>/etc/udev/rules.d/70-persistent-net.rules', '=1:#', '=2:#', rule, '', '.'],
      });
      assert.match(naming.rule, /70-persistent-net\.rules:3 gives this name/);
    });

    it('comes of a .link file', () => {
      const file = '/etc/systemd/network/10-lan.link';
      const { naming } = nicOf(tree('vmxnet3'), {
        udev: [`E:ID_NET_LINK_FILE=${file}`],
        linkfile: [`${file}:Name=ens192`],
      });
      assert.equal(naming.rule, `${file} gives this name`);
    });

    it('is the kernel’s own number', () => {
      assert.match(nicOf(tree('vmxnet3'), { assigned: '1' }).naming.rule, /the kernel numbered it/);
    });
  });

  it('says what a guest without programs cannot tell', () => {
    const { limits } = inspectedWith(tree('vmxnet3'), { machine: ['sys_vendor\tVMware, Inc.'] }).inspection;
    assert.ok(limits.some((text) => text.includes('no ethtool')));
    assert.ok(limits.some((text) => text.includes('no modinfo')));
  });

  const hostile: Record<string, (answer: string) => string> = {
    'nothing behind the probe': (answer) => answer.slice(0, answer.indexOf(`#${NONCE} machine`)),
    'a section missing': (answer) => answer.replace(`#${NONCE} ethtool\n`, ''),
    'a section twice': (answer) => answer.replace(`#${NONCE} module`, `#${NONCE} nics\n#${NONCE} module`),
    'half an answer': (answer) => answer.slice(0, answer.indexOf(`#${NONCE} owner`)),
    'a NIC with columns missing': (answer) => answer.replace(/^(ens192\t77\tpci)\t.*$/m, '$1'),
    'a line without end': (answer) => answer.replace('driver:', `driver:${'x'.repeat(20_000)}`),
  };
  for (const [what, spoil] of Object.entries(hostile))
    it(`refuses ${what} as malformed`, () => {
      const answer = spoil(answerWith(tree('vmxnet3')));
      assert.throws(
        () => parseInspection(answer, NONCE, { sentMs: 0, receivedMs: 1 }),
        (error) => isHotnicError(error, 'guest-probe-malformed'),
      );
    });

  it('takes text for ethtool’s keys and no more: a NIC that names itself a tree of keys changes nothing', () => {
    const sly = {
      ...tree('vmxnet3'),
      ethtool: { '-i': 'driver: evil\n__proto__: x\nconstructor: y\nbus-info: z' },
    };
    assert.equal(nicOf(sly).driver, 'vmxnet3');
  });

  it('is malformed when the guest answers a plain probe', async () => {
    const channel = answering((nonce) => fixture('probe-acpi').replaceAll(NONCE, nonce));
    await assert.rejects(inspectGuest(channel), (error) => isHotnicError(error, 'guest-probe-malformed'));
  });
});
