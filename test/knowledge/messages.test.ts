import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  KNOWN_MESSAGES,
  lookUp,
  recogniseMessage,
  SYMPTOMS,
  symptomsFor,
} from '../../lib/knowledge/index.js';
import { VERDICT_KINDS } from '../../lib/verdicts/index.js';
import { FURTHER, ROWS } from './rows.js';

const WAITING = [
  'unplug-in-progress',
  'power-indicator-blinking',
  'detach-asked-only',
  'vf-back-later',
  'vf-mac-busy',
  'unregister-waits',
  'behind-stuck-removal',
];

describe('what is known about a message', () => {
  for (const [row, text, id] of ROWS)
    it(`row ${row} is found by its own text: ${id}`, () => {
      assert.equal(lookUp(text)?.id, id);
    });

  for (const [text, id] of FURTHER)
    it(`${id} is recognised in ${JSON.stringify(text.slice(0, 50))}`, () => {
      assert.equal(recogniseMessage(text)?.id, id);
    });

  it('covers the whole table, one row each', () => {
    assert.deepEqual(
      ROWS.map(([row]) => row),
      Array.from({ length: 37 }, (_, index) => index + 1),
    );
    assert.equal(new Set(ROWS.map(([, , id]) => id)).size, 37);
  });

  it('is the same row with other numbers, names, quotes, case and line breaks', () => {
    for (const [given, id] of [
      ['BUS ‘pci.3’ does\n  not support   hotplugging', 'no-hotplug-bus'],
      ['Bus `pcie.0\u00b4 does not support hotplugging', 'no-hotplug-bus'],
      [
        'error: Failed to detach\nerror: multiple devices\r\nmatching MAC address aa:bb:cc:00:11:22 found',
        'ambiguous-mac',
      ],
      ['unregister_netdevice: waiting for veth99 to become free. Usage count = 17', 'unregister-waits'],
      ['netdev_add: File descriptor named “(null)” has not been found', 'null-descriptor'],
      ['the guest still has the nic in its list, but libvirt and qemu do not have it', 'guest-kept-function'],
      ['nic is in lspci of the guest, but there is no driver and no interface', 'no-guest-driver'],
    ] as const)
      assert.equal(lookUp(given)?.id ?? null, id, given);
  });

  it('says that nothing is known rather than guessing', () => {
    for (const text of ['', ' ', 'hello world', 'Permission denied', 'domain is not running', 'kernel panic'])
      assert.equal(lookUp(text), null, text);
  });

  it('never takes an unknown message for one that can be waited for', () => {
    for (const message of ['', 'domain is not running', 'Device net1 not found', 'unplug failed'])
      assert.equal(recogniseMessage(message), null);
    assert.deepEqual(
      SYMPTOMS.filter(({ means }) => means === 'waiting')
        .map(({ id }) => id)
        .sort(),
      [...WAITING].sort(),
    );
  });

  it('has a cause, a cure, a source and a description in every row, each id once', () => {
    const ids = SYMPTOMS.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, cause, fix, source, description, text, verdicts } of SYMPTOMS) {
      for (const words of [cause, fix, source, description]) assert.notEqual(words.trim(), '', id);
      assert.ok(text === null || text.flags.includes('i'), `${id} minds the case`);
      for (const { kind } of verdicts) assert.ok((VERDICT_KINDS as readonly string[]).includes(kind), id);
    }
  });

  it('answers at once whatever it is given', function () {
    this.timeout(20_000);
    const hostile = [
      'a'.repeat(1e6),
      "Bus '".repeat(200_000),
      'VF MAC '.repeat(150_000),
      'cannot hot unplug '.repeat(60_000),
      'DHCPNAK '.repeat(100_000),
      'unable to remove device with path /'.repeat(30_000),
      'BAR 1 ['.repeat(100_000),
      ' \n\t'.repeat(300_000),
    ];
    for (const text of hostile) {
      const began = performance.now();
      lookUp(text);
      assert.ok(performance.now() - began < 250, `${text.slice(0, 20)}: ${performance.now() - began} ms`);
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 5000, unit: 'binary' }), (text) => {
        lookUp(text);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is known about a verdict', () => {
  const verdict = (kind: string, ...evidence: string[]) => ({ kind, summary: '', evidence });

  it('names rows whose words are in the evidence first', () => {
    const ids = symptomsFor(verdict('guest-blind', 'enp2s0: unregister_netdevice: waiting')).map(
      ({ id }) => id,
    );
    assert.deepEqual(ids, ['behind-stuck-removal', 'attached-unseen']);
    assert.deepEqual(
      symptomsFor(verdict('guest-blind', 'not on the bus')).map(({ id }) => id),
      ['attached-unseen'],
    );
  });

  it('knows something of every ghost kind, and nothing of what is well', () => {
    const silent = ['healthy', 'unknown', 'offline', 'unmanaged'];
    for (const kind of VERDICT_KINDS) {
      const words = 'tap vnet7 ovs backend VF vfio-pci mac udev .rules boot';
      const rows = symptomsFor(verdict(kind, words));
      assert.equal(rows.length > 0, !silent.includes(kind), kind);
    }
  });

  it('keeps messages and table in one', () => {
    for (const known of KNOWN_MESSAGES) assert.ok(SYMPTOMS.includes(known));
  });
});
