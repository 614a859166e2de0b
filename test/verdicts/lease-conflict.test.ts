import assert from 'node:assert/strict';
import type { DhcpLease, HostEvidence, Neighbour } from '../../lib/nic/host-evidence.js';
import { parseMac, type MacAddress } from '../../lib/nic/mac-address.js';
import type { Nic, PlaneName, PlaneReading, Sighting } from '../../lib/nic/sighting.js';
import { leaseConflictCure } from '../../lib/operations/ghosts/remedies/lease-conflict.js';
import type { DomainScan } from '../../lib/operations/ghosts/scan-types.js';
import { leaseConflict } from '../../lib/verdicts/lease-conflict.js';
import type { Verdict } from '../../lib/verdicts/index.js';
import { quietCase } from './scene.js';

const mac = (last: number) => parseMac(`52:54:00:00:00:0${last}`) as MacAddress;

function sighting(plane: PlaneName, facts: Sighting['facts'], more: Partial<Sighting> = {}): Sighting {
  return {
    plane,
    readFrom: plane,
    readAt: 1000,
    alias: 'net0',
    mac: mac(1),
    pciPath: null,
    name: 'vnet0',
    facts,
    ...more,
  };
}

interface Given {
  readonly addresses?: string | null;
  readonly source?: string;
  readonly leases?: readonly Partial<DhcpLease>[];
  readonly neighbours?: readonly Partial<Neighbour>[];
  readonly twin?: boolean;
  readonly tool?: boolean;
}

function setUp({
  addresses = '',
  source = 'network default',
  leases = [],
  neighbours = [],
  twin,
  tool = true,
}: Given) {
  const live = sighting('live', { source });
  const host = sighting('host', { master: 'virbr0' });
  const guest = addresses === null ? [] : [sighting('guest-net', { addresses })];
  const readings: PlaneReading[] = [
    {
      plane: 'live',
      state: 'read',
      sightings: twin ? [live, sighting('live', {}, { alias: 'net1' })] : [live],
    },
    { plane: 'host', state: 'read', sightings: [host] },
    { plane: 'guest-net', state: addresses === null ? 'unreadable' : 'read', sightings: guest },
  ];
  const nic: Nic = {
    alias: 'net0',
    mac: mac(1),
    pciPath: null,
    target: 'vnet0',
    guestName: 'eth0',
    sightings: { live, host, ...(guest[0] ? { 'guest-net': guest[0] } : {}) },
  };
  const evidence: HostEvidence = {
    leases: leases.map((one) => ({
      network: 'default',
      bridge: 'virbr0',
      mac: mac(1),
      address: '192.168.122.5',
      prefix: 24,
      hostname: null,
      clientId: null,
      expiresAt: 5000,
      ...one,
    })),
    neighbours: neighbours.map((one) => ({
      address: '192.168.122.5',
      dev: 'virbr0',
      mac: mac(9),
      state: 'stale',
      ...one,
    })),
    canReleaseLeases: tool,
  };
  return { nic, readings, evidence };
}

function verdict(given: Given): Verdict | null {
  const { nic, readings, evidence } = setUp(given);
  return leaseConflict(quietCase(nic, readings, { host: evidence }));
}

function cure(given: Given) {
  const { nic, readings, evidence } = setUp(given);
  const scan = { readings } as unknown as DomainScan;
  const found = verdict(given);
  assert.ok(found);
  return leaseConflictCure({ domain: 'web1', nic, verdict: found }, scan, {
    evidence,
    state: 'read',
    leftovers: [],
  });
}

const HEALTHY: Readonly<Record<string, Given>> = {
  'a lease that the guest uses': { addresses: '192.168.122.5/24', leases: [{}] },
  'two leases of two client identifiers, one of them used': {
    addresses: '192.168.122.6/24',
    leases: [{}, { address: '192.168.122.6' }],
  },
  'a static address and no lease': { addresses: '192.168.122.200/24 fe80::1/64' },
  'a static address in another subnet beside an old lease': { addresses: '10.0.0.5/24', leases: [{}] },
  'several addresses, one of them leased': { addresses: '192.168.122.200/24 192.168.122.5/24', leases: [{}] },
  'a lease, and a guest that has no address yet': { addresses: 'fe80::1/64', leases: [{}] },
  'a lease of a NIC that is gone': { addresses: '192.168.122.6/24', leases: [{ mac: mac(2) }] },
  'a lease that has run out': { addresses: '192.168.122.6/24', leases: [{ expiresAt: 900 }] },
  'a guest that could not be read': { addresses: null, leases: [{}] },
  'two NICs with one MAC': { addresses: '192.168.122.6/24', leases: [{}], twin: true },
  'an old lease elsewhere of a NIC on a plain bridge': {
    source: 'bridge br0',
    leases: [{ network: 'lan', bridge: 'virbr1' }],
  },
  'a neighbour entry that fits': { addresses: '192.168.122.5/24', neighbours: [{ mac: mac(1) }] },
  'a neighbour entry that failed': { addresses: '192.168.122.5/24', neighbours: [{ state: 'failed' }] },
  'a neighbour entry on another bridge': { addresses: '192.168.122.5/24', neighbours: [{ dev: 'br9' }] },
};

const CONFLICTS: Readonly<Record<string, readonly [Given, RegExp]>> = {
  'a lease for an address, and a guest that uses another of the subnet': [
    { addresses: '192.168.122.6/24', leases: [{}] },
    /has leased 192\.168\.122\.5 to 52:54:00:00:00:01, the guest uses 192\.168\.122\.6/,
  ],
  'one address leased to two MACs': [
    { addresses: null, leases: [{}, { mac: mac(2) }] },
    /192\.168\.122\.5 to 52:54:00:00:00:01 and to 52:54:00:00:00:02/,
  ],
  'a lease in another network, while the guest has no address': [
    { leases: [{ network: 'lan', bridge: 'virbr1' }] },
    /lease of 192\.168\.122\.5 in the network lan, it is in default/,
  ],
  'a neighbour entry of the guest’s address with another MAC': [
    { addresses: '192.168.122.5/24', neighbours: [{}] },
    /sends packets for 192\.168\.122\.5 to 52:54:00:00:00:09/,
  ],
  'the same for an IPv6 address': [
    { addresses: 'fd00::5/64', neighbours: [{ address: 'fd00::5' }] },
    /fd00::5 to 52:54:00:00:00:09/,
  ],
};

describe('lease-conflict', () => {
  for (const [what, given] of Object.entries(HEALTHY))
    it(`is not ${what}`, () => {
      assert.equal(verdict(given), null);
    });

  for (const [what, [given, summary]] of Object.entries(CONFLICTS))
    it(`is ${what}`, () => {
      const found = verdict(given);
      assert.equal(found?.kind, 'lease-conflict');
      assert.match(found.summary, summary);
      assert.ok(found.cause && found.next && found.evidence.length > 0);
    });

  it('is cured by dropping the lease and forgetting the neighbour', () => {
    const { remedies } = cure({
      addresses: '192.168.122.6/24',
      leases: [{ clientId: '01:52:54:00:00:00:01' }],
      neighbours: [{ address: '192.168.122.6' }],
    });
    assert.deepEqual(remedies[0]?.acts, [
      {
        act: 'lease-drop',
        input: {
          network: 'default',
          bridge: 'virbr0',
          mac: mac(1),
          address: '192.168.122.5',
          clientId: '01:52:54:00:00:00:01',
        },
      },
      { act: 'neighbour-delete', input: { address: '192.168.122.6', dev: 'virbr0', mac: mac(9) } },
    ]);
    assert.equal(remedies[0].risk, 'none');
  });

  it('is left to a person without dhcp_release, and where the lease is another MAC’s', () => {
    const without = cure({ addresses: '192.168.122.6/24', leases: [{}], tool: false });
    assert.deepEqual(without.remedies, []);
    assert.match(without.byHand.join(), /^dhcp_release virbr0 192\.168\.122\.5 52:54:00:00:00:01 /);
    const others = cure({ addresses: '192.168.122.5/24', leases: [{}, { mac: mac(2) }] });
    assert.deepEqual(others.remedies, []);
    assert.match(others.byHand.join(), /dhcp_release virbr0 192\.168\.122\.5 52:54:00:00:00:02/);
  });
});
