import assert from 'node:assert/strict';
import { hotnic, type Ended } from '../support/hotnic.js';
import { LAB, labAddGuest, labRemoveGuest } from '../support/lab.js';
import { confusion, type Said } from './confusion.js';
import { DEAF } from './deaf.js';
import { DEFINITIONS } from './definitions.js';
import { GUEST } from './guest.js';
import { HEALTHY } from './healthy.js';
import { HOST } from './host.js';
import { REQUESTS } from './requests.js';
import type { Made, State } from './state.js';

const STATES: readonly State[] = [...HEALTHY, ...DEFINITIONS, ...HOST, ...GUEST, ...REQUESTS, ...DEAF];

describe('every state is named as what it is, explained, and cured', function () {
  this.timeout(600_000);
  const judged: Said[] = [];
  after(() => {
    process.stdout.write(`\n${confusion(judged)}\n`);
  });

  for (const state of STATES)
    it(`${state.domain}: ${state.name}`, async () => {
      if (state.guest) await labAddGuest(LAB, { ...state.guest, name: state.domain });
      try {
        const made = await state.make();
        try {
          await goThrough(state, made);
        } finally {
          await made.unmake();
        }
      } finally {
        if (state.guest) await labRemoveGuest(LAB, state.domain);
      }
    });

  async function goThrough(state: State, made: Made): Promise<void> {
    const scan = [...ofDomain(state), ...(made.scan ?? [])];
    const said = verdicts(await hotnic('ghosts', 'scan', ...scan, '--healthy', '--json'));
    for (const [subject, truth] of Object.entries(made.truth)) {
      const kinds = said.get(subject) ?? ['nothing'];
      for (const kind of kinds) judged.push({ state: `${state.domain}: ${state.name}`, truth, said: kind });
      assert.deepEqual([...new Set(kinds)], [truth], `${subject}: ${JSON.stringify([...said])}`);
    }
    const others = [...said].filter(([subject, kinds]) => !(subject in made.truth) && kinds.some(isGhost));
    assert.deepEqual(others, [], 'nothing else is called a ghost');
    const ghosts = Object.entries(made.truth).filter(([, kind]) => isGhost(kind));
    if (ghosts.length === 0) return;

    for (const [subject] of ghosts) {
      const words = await hotnic('ghosts', 'explain', ...named(state), subject, ...(made.scan ?? []));
      assert.equal(words.code, 0, words.stderr);
      if (made.cause) assert.match(words.stdout, made.cause);
    }
    const clean = [...scan, '--apply', '--timeout', '150', ...(made.clean?.options ?? [])];
    const cleaned = await hotnic('ghosts', 'clean', ...clean);
    assert.equal(cleaned.code, made.clean?.code ?? 0, cleaned.stdout + cleaned.stderr);
    if (made.byHand) {
      await made.byHand();
      const again = await hotnic('ghosts', 'clean', ...clean);
      assert.equal(again.code, 0, again.stdout + again.stderr);
    }
    const after = await hotnic('ghosts', 'scan', ...scan);
    assert.equal(after.code, 0, after.stdout + after.stderr);
  }
});

function ofDomain({ domain }: State): readonly string[] {
  return domain === '--all' ? ['--all'] : [domain];
}

/** `explain` looks everywhere without a domain. */
function named({ domain }: State): readonly string[] {
  return domain === '--all' ? [] : [domain];
}

function isGhost(kind: string): boolean {
  return !['healthy', 'unknown', 'offline', 'unmanaged'].includes(kind);
}

interface Judged {
  readonly nic: {
    readonly mac: string | null;
    readonly target: string | null;
    readonly guestName: string | null;
    readonly sightings: Readonly<Record<string, { readonly name: string | null } | undefined>>;
  };
  readonly verdict: { readonly kind: string };
}

/** What was said of each thing, by MAC, or by its name where it has none. */
function verdicts(ended: Ended): Map<string, string[]> {
  assert.ok(ended.code === 0 || ended.code === 4, ended.stderr + ended.stdout);
  const { domains, host } = ended.json as { domains: { nics: Judged[] }[]; host: { leftovers: Judged[] } };
  const said = new Map<string, string[]>();
  for (const { nic, verdict } of [...domains.flatMap(({ nics }) => nics), ...host.leftovers]) {
    const subject = nic.mac ?? nic.target ?? nic.guestName ?? nic.sightings['guest-config']?.name ?? '?';
    said.set(subject, [...(said.get(subject) ?? []), verdict.kind]);
  }
  return said;
}
