import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseBinding } from '../../../lib/hypervisor/host/filter-bindings.js';
import { parseWalk } from '../../../lib/hypervisor/host/holders.js';
import { parseLinks } from '../../../lib/hypervisor/host/links.js';
import { parseNeighbours } from '../../../lib/hypervisor/host/neighbours.js';
import { parsePort } from '../../../lib/hypervisor/host/networks.js';
import { parseOvs } from '../../../lib/hypervisor/host/ovs.js';
import { parseXenstore } from '../../../lib/hypervisor/host/xenstore.js';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

describe('what the hypervisor’s tools print', () => {
  it('gives taps, macvtaps and bridges with what an orphan is recognised by', () => {
    const links = parseLinks(fixture('ip-address.txt'));
    const tap = links.get('vnet77');
    assert.deepEqual(
      [tap?.kind, tap?.master, tap?.tun?.type, tap?.tun?.persistent, tap?.tun?.owned, tap?.up, tap?.carrier],
      ['tun', 'virbr0', 'tap', true, false, true, false],
    );
    assert.equal(links.get('users')?.tun?.owned, true);
    const macvtap = links.get('macvtap9');
    assert.deepEqual([macvtap?.kind, macvtap?.lower, macvtap?.macvlanMode], ['macvtap', 'v0', 'bridge']);
    assert.deepEqual(links.get('v0')?.altNames, ['other-name']);
    assert.ok(links.get('virbr0')?.addresses.includes('192.168.122.1'));
    assert.equal(links.get('users')?.carrier, null, 'a device that is down does not say');
  });

  it('gives the table of a PF’s VFs', () => {
    const [pf] = parseLinks(
      JSON.stringify([
        {
          ifindex: 5,
          ifname: 'ens1f0',
          flags: ['UP', 'LOWER_UP'],
          parentbus: 'pci',
          parentdev: '0000:3b:00.0',
          vfinfo_list: [
            {
              vf: 0,
              link_type: 'ether',
              address: '52:54:00:00:00:05',
              vlan_list: [{ vlan: 7 }],
              rate: { max_tx: 100, min_tx: 0 },
              spoofchk: true,
              link_state: 'auto',
              trust: false,
            },
          ],
        },
      ]),
    ).values();
    assert.equal(pf?.pci, '0000:3b:00.0');
    assert.deepEqual(pf.vfs, [
      {
        index: 0,
        mac: '52:54:00:00:00:05',
        vlan: 7,
        qos: 0,
        vlanProtocol: '802.1Q',
        spoofCheck: true,
        trust: false,
        linkState: 'auto',
        maxTxRate: 100,
        minTxRate: 0,
        queryRss: null,
      },
    ]);
  });

  it('gives neighbours, also those that nobody answered for', () => {
    assert.deepEqual(parseNeighbours(fixture('ip-neighbour.txt')), [
      { address: '192.168.122.7', dev: 'virbr0', mac: null, state: 'failed' },
      { address: '192.168.122.5', dev: 'virbr0', mac: '52:54:00:11:22:33', state: 'stale' },
    ]);
    assert.deepEqual(parseNeighbours(''), [], 'an empty table is printed as nothing');
  });

  it('gives the ports of Open vSwitch with bridge, tag, error and what libvirt wrote there', () => {
    const ports = new Map(parseOvs(fixture('ovs-vsctl.txt')).map((port) => [port.name, port]));
    assert.deepEqual([...ports.keys()].sort(), ['ovsbr0', 'p0', 'vnet78', 'vnet79']);
    assert.deepEqual([ports.get('vnet78')?.bridge, ports.get('vnet78')?.tag], ['ovsbr0', 7]);
    assert.equal(ports.get('vnet78')?.externalIds.get('attached-mac'), '52:54:00:00:00:78');
    assert.deepEqual(
      [ports.get('vnet79')?.ofport, ports.get('vnet79')?.error],
      [-1, 'could not open network device vnet79 (No such device)'],
    );
  });

  it('gives vifs of xenstore with both ends, and tells which domain is gone', () => {
    const vifs = parseXenstore(fixture('xenstore-ls.txt'));
    assert.deepEqual(
      vifs.map((vif) => [
        vif.frontendDomain,
        vif.device,
        vif.backend?.state,
        vif.frontend?.state,
        vif.frontendAlive,
      ]),
      [
        [4, 0, 4, 4, true],
        [4, 1, 6, 6, true],
        [9, 0, 5, undefined, false],
      ],
    );
    assert.equal(vifs[0]?.frontendUuid, '7a3c1b0e-64a5-4f0c-8f0e-2f2f7f1f0004');
    assert.equal(vifs[2]?.mac, '00:16:3e:5e:6c:09');
  });

  it('calls no domain gone in a listing that does not show Domain-0', () => {
    const part = fixture('xenstore-ls.txt').replace('/local/domain/0/name = "Domain-0"\n', '');
    assert.ok(parseXenstore(part).every(({ frontendAlive }) => frontendAlive));
  });

  it('gives the owner of a network port and of a filter’s binding', () => {
    const owner = '<owner><name>web1</name><uuid>4a048d91-36bf-43bc-98e8-68fdfec22933</uuid></owner>';
    const port = parsePort(
      `<networkport><uuid>07059896-015a-48f2-bc18-a88961f6f3ea</uuid>${owner}<mac address='52:54:00:00:b0:01'/>` +
        `<plug type='network' bridge='virbr0'/></networkport>`,
      { name: 'default', uuid: 'x' },
    );
    assert.deepEqual(
      [port?.ownerName, port?.mac, port?.plug, port?.plugDevice],
      ['web1', '52:54:00:00:b0:01', 'network', 'virbr0'],
    );
    const binding = parseBinding(
      `<filterbinding>${owner}<portdev name='vnet0'/><mac address='52:54:00:00:b0:01'/><filterref filter='clean-traffic'/></filterbinding>`,
    );
    assert.deepEqual(
      [binding?.portDev, binding?.filter, binding?.ownerName],
      ['vnet0', 'clean-traffic', 'web1'],
    );
    assert.equal(parsePort('<domain/>', { name: 'default', uuid: 'x' }), null);
  });
});

describe('the walk over the processes', () => {
  it('gives taps by name, macvtaps by device number, vfio groups by path', () => {
    const text = [
      'vfio\t/dev/vfio/12\t/proc/70/fd/9',
      'tun\t/proc/71/fdinfo/31:iff:\tvnet3',
      'tap\tf6:1\t/proc/72/fd/4',
      'end',
    ].join('\n');
    assert.deepEqual(parseWalk(text), {
      open: [
        { pid: 70, holds: '/dev/vfio/12' },
        { pid: 71, holds: 'vnet3' },
        { pid: 72, holds: '246:1' },
      ],
      complete: true,
    });
  });

  it('is not complete where a process could not be looked at, or where it was cut off', () => {
    assert.equal(parseWalk('end').complete, true);
    assert.equal(parseWalk('').complete, false);
    assert.equal(parseWalk('not root\nend').complete, false);
    assert.equal(parseWalk("complaint\tfind: '/proc/9/fd': Permission denied\nend").complete, false);
    assert.equal(parseWalk("complaint\tfind: '/proc/9/fd': No such file or directory\nend").complete, true);
  });
});

describe('hostile answers', () => {
  const parsers: readonly (readonly [string, (text: string) => unknown])[] = [
    ['ip address', parseLinks],
    ['ip neighbour', parseNeighbours],
    ['ovs-vsctl', parseOvs],
    ['xenstore-ls', parseXenstore],
    ['the walk', parseWalk],
  ];
  for (const [name, parser] of parsers) {
    it(`of ${name} end in a HotnicError or in nothing`, () => {
      const check = (text: string) => {
        try {
          parser(text);
        } catch (error) {
          assert.ok(isHotnicError(error, 'host-answer'), String(error));
        }
      };
      fc.assert(fc.property(fc.string({ maxLength: 300 }), check));
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
          check(JSON.stringify(value));
        }),
      );
      fc.assert(
        fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), (rows) => {
          check(rows.map((row) => JSON.stringify(row)).join('\n'));
        }),
      );
      // Real text with a piece cut out, or put in.
      const real = ['ip-address.txt', 'ip-neighbour.txt', 'ovs-vsctl.txt', 'xenstore-ls.txt'].map(fixture);
      fc.assert(
        fc.property(fc.constantFrom(...real), fc.nat(), fc.nat(200), fc.string(), (text, at, cut, put) => {
          const from = at % text.length;
          check(text.slice(0, from) + put + text.slice(from + cut));
        }),
      );
    });
  }

  it('never name a device that a tool would take for an option or a path', () => {
    const bad = ['-rf', '../x', 'a b', 'a/b', '..', 'aaaaaaaaaaaaaaaa', 'a:b', '', 'x\n'];
    const entries = bad.map((ifname, at) => ({ ifindex: at + 1, ifname, flags: [] }));
    assert.equal(parseLinks(JSON.stringify(entries)).size, 0);
  });
});
