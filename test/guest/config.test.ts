import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readClaims } from '../../lib/guest/config/read-claims.js';
import type { ConfigFile, GuestConfigFiles } from '../../lib/guest/probe-deep-types.js';

const MAC = '52:54:00:aa:bb:01';

function files(all: Readonly<Record<string, string>>): GuestConfigFiles {
  return {
    complete: true,
    files: Object.entries(all).map(([path, text]): ConfigFile => ({
      path,
      sha256: 'a'.repeat(64),
      lines: text.split('\n').map((line, index) => ({ number: index + 1, text: line })),
    })),
  };
}

const claims = (path: string, text: string) =>
  readClaims(files({ [path]: text })).claims.map(({ line, mac, name, gives, cut }) => ({
    line,
    mac,
    name,
    gives,
    cut: cut.kind === 'lines' ? cut.ranges : cut.kind,
  }));

const NAMED: readonly [string, string, string, ReturnType<typeof claims>][] = [
  [
    'netplan, by match',
    '/etc/netplan/50-cloud-init.yaml',
    `network:\n  version: 2\n  ethernets:\n    a:\n      match:\n        macaddress: "${MAC.toUpperCase()}"\n      set-name: lan0\n`,
    [{ line: 4, mac: MAC, name: null, gives: 'lan0', cut: 'file' }] as never,
  ],
  [
    'netplan, by name, beside another entry',
    '/etc/netplan/1.yaml',
    'network:\n  ethernets:\n    enp5s0:\n      dhcp4: true\n\n    # next\n    b: {match: {driver: virtio_net}, dhcp4: true}\n',
    [{ line: 3, mac: null, name: 'enp5s0', gives: null, cut: [[3, 4]] }],
  ],
  [
    'netplan, used by a bond',
    '/etc/netplan/1.yaml',
    'network:\n  ethernets:\n    eno1: {}\n  bonds:\n    b0:\n      interfaces: [eno1]\n',
    [{ line: 3, mac: null, name: 'eno1', gives: null, cut: 'by-hand' }],
  ],
  [
    'ifupdown, with others in the file',
    '/etc/network/interfaces',
    'auto lo\niface lo inet loopback\n\nauto ens7\niface ens7 inet static\n  address 10.0.0.1\n\n# end\n',
    [
      {
        line: 5,
        mac: null,
        name: 'ens7',
        gives: null,
        cut: [
          [4, 4],
          [5, 6],
        ],
      },
    ],
  ],
  [
    'ifupdown, a file of its own',
    '/etc/network/interfaces.d/x',
    'allow-hotplug enx525400aabb01\niface enx525400aabb01 inet dhcp\n',
    [{ line: 2, mac: MAC, name: null, gives: null, cut: 'file' }] as never,
  ],
  [
    'ifupdown, in a line with others',
    '/etc/network/interfaces',
    'auto lo ens7\niface ens7 inet dhcp\n',
    [{ line: 2, mac: null, name: 'ens7', gives: null, cut: 'by-hand' }],
  ],
  [
    'a networkd .network',
    '/etc/systemd/network/10.network',
    `[Match]\nMACAddress=${MAC}\n[Network]\nDHCP=yes\n`,
    [{ line: 2, mac: MAC, name: null, gives: null, cut: 'file' }] as never,
  ],
  [
    'a networkd .link',
    '/etc/systemd/network/10.link',
    `[Match]\nPermanentMACAddress=${MAC}\n[Link]\nName=lan0\n`,
    [{ line: 2, mac: MAC, name: null, gives: 'lan0', cut: 'file' }] as never,
  ],
  [
    'NetworkManager',
    '/etc/NetworkManager/system-connections/Wired connection 1.nmconnection',
    `[connection]\nid=x\ntype=ethernet\ninterface-name=ens9\n[ethernet]\nmac-address=${MAC}\n`,
    [{ line: 6, mac: MAC, name: 'ens9', gives: null, cut: 'file' }] as never,
  ],
  [
    'ifcfg',
    '/etc/sysconfig/network-scripts/ifcfg-eth1',
    `DEVICE="eth1"\nHWADDR=${MAC}\nONBOOT=yes\n`,
    [{ line: 2, mac: MAC, name: null, gives: 'eth1', cut: 'file' }] as never,
  ],
  [
    'a udev rule',
    '/etc/udev/rules.d/70-persistent-net.rules',
    `# net\nSUBSYSTEM=="net", ACTION=="add", ATTR{address}=="${MAC}", NAME="eth3"\n`,
    [{ line: 2, mac: MAC, name: null, gives: 'eth3', cut: [[2, 2]] }] as never,
  ],
  [
    'cloud-init, version 1',
    '/etc/cloud/cloud.cfg.d/50.cfg',
    `network:\n  version: 1\n  config:\n  - {type: physical, name: eth0, mac_address: "${MAC}"}\n`,
    [{ line: 1, mac: MAC, name: null, gives: 'eth0', cut: 'by-hand' }] as never,
  ],
];

const NOBODY: readonly [string, string, string][] = [
  ['loopback', '/etc/network/interfaces', 'auto lo\niface lo inet loopback\n'],
  ['a template of an image', '/etc/network/interfaces', 'allow-hotplug eth1\niface eth1 inet dhcp\n'],
  ['a pattern', '/etc/network/interfaces', 'iface en* inet dhcp\n'],
  [
    'a bridge and a bond',
    '/etc/network/interfaces',
    'iface eth5 inet dhcp\n  bridge_ports none\niface eth6 inet manual\n  bond-slaves none\n',
  ],
  ['a VLAN', '/etc/network/interfaces', 'iface eth0.100 inet dhcp\niface vlan7 inet dhcp\n'],
  [
    'Wi-Fi, a modem, a tunnel',
    '/etc/network/interfaces',
    'iface wlan0 inet dhcp\niface ppp0 inet ppp\niface wg0 inet manual\n',
  ],
  ['an adapter on USB', '/etc/network/interfaces', 'auto enp0s20u1\niface enp0s20u1 inet dhcp\n'],
  [
    'a name that a driver matches',
    '/etc/netplan/1.yaml',
    'network: {ethernets: {all: {match: {driver: virtio_net}}}}\n',
  ],
  ['a netplan pattern', '/etc/netplan/1.yaml', 'network: {ethernets: {all: {match: {name: "en*"}}}}\n'],
  ['an address that is set', '/etc/netplan/1.yaml', `network: {ethernets: {all: {macaddress: "${MAC}"}}}\n`],
  ['networkd wildcards', '/etc/systemd/network/1.network', '[Match]\nName=en* eth*\n'],
  ['a list of names', '/etc/systemd/network/1.network', '[Match]\nName=ens3 ens4\n'],
  ['a device of networkd’s own', '/etc/systemd/network/1.netdev', '[NetDev]\nName=eth9\nKind=dummy\n'],
  ['a profile for any Ethernet', '/etc/NetworkManager/system-connections/x', '[connection]\ntype=ethernet\n'],
  [
    'a cloned address',
    '/etc/NetworkManager/system-connections/x',
    `[connection]\ntype=ethernet\n[ethernet]\ncloned-mac-address=${MAC}\n`,
  ],
  ['a bond’s ifcfg', '/etc/sysconfig/network-scripts/ifcfg-eth9', 'DEVICE=eth9\nTYPE=Bond\n'],
  ['an editor’s backup', '/etc/network/interfaces~', 'auto ens7\niface ens7 inet dhcp\n'],
  ['cloud-init that is off', '/etc/cloud/cloud.cfg.d/99.cfg', 'network: {config: disabled}\n'],
  ['broken YAML', '/etc/netplan/1.yaml', 'network: {ethernets: [\n  a: b: c\n'],
  ['a YAML bomb', '/etc/netplan/1.yaml', `a: &a [x,x]\nb: &b [*a,*a,*a]\nnetwork: {ethernets: *b}\n`],
];

describe('the guest’s network configuration', () => {
  for (const [what, path, text, expected] of NAMED)
    it(`names a NIC: ${what}`, () => {
      assert.deepEqual(claims(path, text), expected);
    });

  for (const [what, path, text] of NOBODY)
    it(`names nobody: ${what}`, () => {
      assert.deepEqual(claims(path, text), []);
    });

  it('does not take for a NIC what another of its files makes', () => {
    const all = files({
      '/etc/systemd/network/1.netdev': '[NetDev]\nName=eth9\nKind=dummy\n',
      '/etc/systemd/network/2.network': '[Match]\nName=eth9\n',
    });
    assert.deepEqual(readClaims(all).claims, []);
  });

  it('may be anything at all: no parser throws, and every cut is inside the file', () => {
    const path = fc.constantFrom(...NAMED.map(([, one]) => one));
    const piece = fc.oneof(
      fc.constantFrom(
        ...NAMED.flatMap(([, , text]) => text.split('\n')),
        ...NOBODY.flatMap(([, , text]) => text.split('\n')),
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(path, fc.array(piece, { maxLength: 20 }), (one, lines) => {
        for (const { cut } of readClaims(files({ [one]: lines.join('\n') })).claims)
          if (cut.kind === 'lines')
            for (const [from, to] of cut.ranges)
              assert.ok(from >= 1 && to >= from && to <= lines.join('\n').split('\n').length);
      }),
      { numRuns: 2000 },
    );
  });
});
