import assert from 'node:assert/strict';
import type { PciPath } from '../../lib/nic/pci-address.js';
import type { Nic, Sighting } from '../../lib/nic/sighting.js';
import { actNamed } from '../../lib/operations/acts/index.js';
import { parkedPath } from '../../lib/operations/acts/guest-park-config.js';
import { REMEDIES } from '../../lib/operations/ghosts/remedies/index.js';
import type { Cure } from '../../lib/operations/ghosts/remedy.js';
import type { DomainScan, HostScan } from '../../lib/operations/ghosts/scan-types.js';
import type { VerdictKind } from '../../lib/verdicts/index.js';
import type { GuestProbe } from '../../lib/guest/probe-types.js';
import { recordedProbe } from '../guest/fixture.js';

const HOST: HostScan = { evidence: null, state: 'not-asked', leftovers: [] };
const SUM = 'b'.repeat(64);
const WAIT = { netdev: 'lan7', text: 'waiting', timeS: null };

function cure(kind: VerdictKind, sighting: Partial<Sighting>, probe: Partial<GuestProbe> = {}): Cure {
  const seen: Sighting = {
    plane: kind === 'config-residue' ? 'guest-config' : 'guest-pci',
    readFrom: 'the test',
    readAt: 0,
    alias: null,
    mac: null,
    pciPath: '02.0/00.0' as PciPath,
    name: '0000:01:00.0',
    facts: {},
    ...sighting,
  };
  const nic: Nic = {
    alias: null,
    mac: null,
    pciPath: seen.pciPath,
    target: null,
    guestName: null,
    sightings: kind === 'guest-blind' ? {} : { [seen.plane]: seen },
  };
  const view = { uuid: '11111111-2222-3333-4444-555555555555' } as DomainScan['view'];
  const scan = {
    domain: 'web1',
    readings: [],
    nics: [],
    view,
    probe: { ...recordedProbe('probe-acpi'), ...probe },
  };
  const found = REMEDIES[kind]?.(
    { domain: 'web1', nic, verdict: { kind, summary: '', evidence: [] } },
    scan,
    HOST,
  );
  assert.ok(found);
  for (const { act, input } of found.remedies.flatMap((remedy) => remedy.acts))
    assert.ok(actNamed(act)?.input.safeParse(input).success, `${act} takes its input`);
  return found;
}

const acts = ({ remedies }: Cure) => remedies.map((remedy) => remedy.acts.map(({ act }) => act).join(' '));
const stuck = { kernelLog: { readable: true, unregisterWaits: [WAIT] } };
const unbound = {
  address: '0000:01:00.0' as GuestProbe['unbound'][number]['address'],
  bus: 'pci' as const,
  device: '0000:01:00.0',
  modalias: 'pci:x',
  modules: [{ name: 'e1000e', state: 'available' as const }],
  rules: [],
  autoprobe: true,
  log: [],
};

describe('remedies in the guest', () => {
  it('a blind guest is rescanned, and reset as the last word', () => {
    assert.deepEqual(acts(cure('guest-blind', {})), ['guest-rescan', 'domain-reset']);
  });

  it('nothing is rescanned or removed behind a removal that is stuck', () => {
    for (const kind of ['guest-blind', 'guest-ghost'] as const) {
      const found = cure(kind, { facts: { vendor: '0x1af4', device: '0x1041' } }, stuck);
      assert.deepEqual(found.remedies, []);
      assert.match(found.byHand.join(), /unregister-stuck/);
    }
  });

  it('a ghost is removed by its address, if it is still that device', () => {
    assert.deepEqual(acts(cure('guest-ghost', { facts: { vendor: '0x1af4', device: '0x1041' } })), [
      'guest-remove-function',
    ]);
  });

  it('a driver is loaded, or bound where it is loaded; what is forbidden is left to a person', () => {
    assert.deepEqual(acts(cure('driverless', {}, { unbound: [unbound] })), ['guest-load-module']);
    const loaded = { ...unbound, modules: [{ name: 'e1000e', state: 'loaded' as const }] };
    assert.deepEqual(acts(cure('driverless', {}, { unbound: [loaded] })), ['guest-bind-driver']);
    const rule = {
      module: 'e1000e',
      kind: 'install' as const,
      where: '/etc/modprobe.d/x:1',
      text: 'install e1000e /bin/false',
    };
    const forbidden = cure('driverless', {}, { unbound: [{ ...unbound, rules: [rule] }] });
    assert.deepEqual(forbidden.remedies, []);
    assert.match(forbidden.byHand.join(), /forbids its driver/);
    const none = cure('driverless', {}, { unbound: [{ ...unbound, modules: [] }] });
    assert.match(none.byHand.join(), /--model virtio/);
  });

  it('only likely holders are ended, and only on request', () => {
    const holder = { pid: 7, startTime: '9', command: 'perl', seen: 'is sending' };
    const found = cure(
      'unregister-stuck',
      {},
      {
        ...stuck,
        holders: [
          { ...holder, certainty: 'likely' },
          { ...holder, pid: 8, certainty: 'possible' },
        ],
      },
    );
    assert.deepEqual(acts(found), ['guest-release-holders', 'domain-reset']);
    assert.equal(found.remedies[0]?.onRequest, 'release-holders');
    assert.doesNotMatch(JSON.stringify(found.remedies[0].acts), /"pid":8/);
    assert.deepEqual(acts(cure('unregister-stuck', {}, { ...stuck, holders: [] })), ['domain-reset']);
  });

  it('residue is put aside file by file, with the cuts of one file together', () => {
    const places = (...cuts: unknown[]) => ({
      facts: {
        cuts: JSON.stringify(cuts.map((cut) => ({ file: '/etc/network/interfaces', sha256: SUM, cut }))),
      },
    });
    const lines = (from: number) => ({ kind: 'lines', ranges: [[from, from + 1]] });
    const found = cure('config-residue', places(lines(3), lines(7)));
    assert.deepEqual(found.remedies[0]?.acts[0]?.input, {
      domain: 'web1',
      path: '/etc/network/interfaces',
      sha256: SUM,
      cut: [
        [3, 4],
        [7, 8],
      ],
    });
    assert.deepEqual(cure('config-residue', places({ kind: 'by-hand', why: 'in one line' })).remedies, []);
    assert.equal(parkedPath('/etc/netplan/1.yaml', SUM), '/etc/netplan/.1.yaml.hotnic-parked-bbbbbbbbbbbb');
  });

  it('an edited journal gets no path, device or module past an act', () => {
    for (const [act, input] of [
      ['guest-park-config', { domain: 'd', path: '/etc/network/../shadow', sha256: SUM, cut: null }],
      ['guest-park-config', { domain: 'd', path: '/etc/netplan/1.yaml', sha256: SUM, cut: [[1, 5000]] }],
      ['guest-load-module', { domain: 'd', module: '-r', address: '0000:01:00.0' }],
      [
        'guest-bind-driver',
        { domain: 'd', address: '0000:01:00.0', bus: 'pci', device: '../x', driver: null },
      ],
      [
        'guest-remove-function',
        { domain: 'd', address: '0000:01:00.0/..', vendor: '0x1af4', device: '0x1041' },
      ],
      ['guest-rescan', { domain: 'd', expect: '..' }],
      [
        'guest-release-holders',
        { domain: 'd', netdev: 'a', pciPath: null, processes: [{ pid: 1, startTime: '1', command: '' }] },
      ],
    ] as const)
      assert.equal(actNamed(act)?.input.safeParse(input).success, false, act);
  });
});
