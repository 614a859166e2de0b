import assert from 'node:assert/strict';
import type { Nic, Sighting } from '../../../lib/nic/sighting.js';
import { findAgain } from '../../../lib/operations/ghosts/same-nic.js';
import type { Finding, Scan } from '../../../lib/operations/ghosts/scan-types.js';

describe('finding a ghost again in a later scan', () => {
  it('knows residue by the name that the files of the guest give it', () => {
    const before = residue('enp77s0');
    assert.equal(
      findAgain(before, scanOf(residue('enp78s0'), residue('enp77s0')))?.verdict.summary,
      'enp77s0',
    );
    assert.equal(findAgain(before, scanOf(residue('enp78s0'))), null);
  });
});

function residue(name: string): Finding {
  const sighting: Sighting = {
    ...{ plane: 'guest-config', readFrom: 'files', readAt: 0, name },
    ...{ alias: null, mac: null, pciPath: null, facts: {} },
  };
  const nic: Nic = {
    ...{ mac: null, alias: null, pciPath: null, target: null, guestName: null },
    sightings: { 'guest-config': sighting },
  };
  return { domain: null, nic, verdict: { kind: 'config-residue', summary: name, evidence: [] } };
}

function scanOf(...leftovers: readonly Finding[]): Scan {
  const host = { evidence: null, state: 'read', leftovers } as const;
  return { domains: [], host, unreadable: [], startedAt: 0, tookMs: 0 };
}
