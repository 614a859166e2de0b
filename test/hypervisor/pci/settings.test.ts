import assert from 'node:assert/strict';
import { sshPeers, standingOn } from '../../../lib/hypervisor/pci/carried.js';
import { parseNetdevSettings } from '../../../lib/hypervisor/pci/netdev-settings.js';
import { restoreBatches, settingsDifferences } from '../../../lib/hypervisor/pci/restore-netdev.js';
import { parseLinks } from '../../../lib/hypervisor/host/links.js';

const link = JSON.stringify([
  {
    ifname: 'nic0',
    flags: ['UP', 'LOWER_UP'],
    mtu: 1400,
    master: 'br0',
    address: '02:00:00:00:00:07',
    addr_info: [
      {
        family: 'inet',
        local: '192.0.2.4',
        prefixlen: 24,
        broadcast: '192.0.2.255',
        scope: 'global',
        label: 'nic0',
      },
      {
        family: 'inet',
        local: '10.0.0.1',
        address: '10.0.0.2',
        prefixlen: 32,
        scope: 'global',
        label: 'nic0:1',
      },
      {
        family: 'inet6',
        local: 'fd00::4',
        prefixlen: 64,
        scope: 'global',
        valid_life_time: 90,
        preferred_life_time: 60,
      },
      { family: 'inet6', local: 'fe80::7', prefixlen: 64, scope: 'link' },
    ],
  },
]);
const four = JSON.stringify([
  {
    type: 'unicast',
    dst: 'default',
    gateway: '192.0.2.1',
    protocol: 'static',
    scope: 'global',
    table: '100',
    metric: 5,
    flags: ['onlink'],
    metrics: [{ mtu: 1300 }],
  },
  {
    type: 'unicast',
    dst: '198.51.100.0/24',
    protocol: 'boot',
    scope: 'link',
    prefsrc: '192.0.2.4',
    flags: [],
  },
  { type: 'unicast', dst: '192.0.2.0/24', protocol: 'kernel', scope: 'link' },
  { type: 'broadcast', dst: '192.0.2.255', table: 'local', protocol: 'static' },
]);
const six = JSON.stringify([
  { type: 'unicast', dst: 'fd01::/64', gateway: 'fd00::1', protocol: 'static', metric: 1024 },
  { type: 'unicast', dst: 'default', gateway: 'fe80::1', protocol: 'ra', metric: 1024 },
]);

describe('the settings of a netdev', () => {
  const saved = parseNetdevSettings('nic0', { link, four, six });

  it('leave out what comes back by itself, and keep how long an address is good', () => {
    assert.deepEqual(
      saved.addresses.map((words) => words.join(' ')),
      [
        '192.0.2.4/24 broadcast 192.0.2.255 label nic0 scope global',
        '10.0.0.1 peer 10.0.0.2/32 label nic0:1 scope global',
        'fd00::4/64 scope global valid_lft 90 preferred_lft 60 nodad',
      ],
    );
    assert.deepEqual(
      saved.routes.map(({ words }) => words.join(' ')),
      [
        '198.51.100.0/24 proto boot scope link src 192.0.2.4',
        'default via 192.0.2.1 proto static scope global metric 5 table 100 mtu 1300 onlink',
        'fd01::/64 via fd00::1 proto static metric 1024',
      ],
    );
  });

  it('are put back in an order in which the kernel takes them', () => {
    const present = parseNetdevSettings('eth0', {
      link: '[{"ifname":"eth0","flags":[],"mtu":1500}]',
      four: '[]',
      six: '[]',
    });
    const [[, first], [, second], [, third]] = restoreBatches(saved, present) as [
      readonly [unknown, string[]],
      readonly [unknown, string[]],
      readonly [unknown, string[]],
    ];
    assert.deepEqual(first.slice(0, 7), [
      'link set dev eth0 down',
      'link set dev eth0 name nic0',
      'link set dev nic0 down',
      'link set dev nic0 address 02:00:00:00:00:07',
      'link set dev nic0 mtu 1400',
      'link set dev nic0 master br0',
      'link set dev nic0 up',
    ]);
    assert.match(second[0] ?? '', /^route replace 198\.51/);
    assert.equal(third.length, 1);
  });

  it('are compared without the time that is left', () => {
    assert.deepEqual(settingsDifferences(saved, saved), []);
    const now = { ...saved, mtu: 1500, addresses: saved.addresses.slice(1), routes: [] };
    assert.deepEqual(settingsDifferences(saved, now).slice(0, 2), [
      'MTU is 1500, was 1400',
      'address 192.0.2.4/24 is missing',
    ]);
  });
});

describe('what a netdev carries', () => {
  it('is what stands on it, however high', () => {
    const links = parseLinks(
      JSON.stringify([
        { ifindex: 1, ifname: 'nic0', flags: [], master: 'bond0' },
        { ifindex: 2, ifname: 'bond0', flags: [] },
        { ifindex: 3, ifname: 'bond0.7', link: 'bond0', flags: [], master: 'br0' },
        { ifindex: 4, ifname: 'br0', flags: [] },
        { ifindex: 5, ifname: 'other', flags: [] },
      ]),
    );
    assert.deepEqual(standingOn(links, 'nic0'), ['nic0', 'bond0', 'bond0.7', 'br0']);
  });

  it('has SSH sessions by sshd’s own sockets', () => {
    const text = [
      '0      0      10.0.2.15:22 10.0.2.2:45594 users:(("sshd",pid=1403,fd=4))',
      '0      0      [::ffff:10.0.2.15]:2222 [::ffff:10.0.2.9]:1 users:(("sshd-session",pid=1,fd=4))',
      '0      0      [fd00::1%eth0]:22 [fe80::2%eth0]:9',
      '0      0      10.0.2.15:443 10.0.2.8:1 users:(("nginx",pid=1403,fd=4))',
      'nonsense',
    ].join('\n');
    assert.deepEqual(sshPeers(text), ['10.0.2.2', '10.0.2.9', 'fe80::2']);
  });
});
