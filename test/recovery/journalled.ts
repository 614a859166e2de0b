import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listRuns, openJournal, type JournalWriter } from '../../lib/journal/index.js';
import type { World } from '../../lib/operations/acts/act.js';
import type { RecoverOptions } from '../../lib/operations/recovery/index.js';
import { silent, type TestWorld } from '../operations/world.js';

/** A folder with a journal of its own, and what recovering a run of it takes. */
export interface Journalled extends AsyncDisposable {
  readonly state: string;
  recorder(): JournalWriter;
  /** What makes an operation write into this journal. */
  readonly recorded: {
    readonly recorder: () => JournalWriter;
    readonly stateDir: string;
    readonly lockWaitMs: number;
  };
  /** The newest run. */
  last(): Promise<string>;
  options(run: string, at: Pick<TestWorld, 'hypervisor'>, more?: Partial<RecoverOptions>): RecoverOptions;
}

/** What acts work with where no guest is asked. */
export function worldWithoutGuest({ hypervisor }: Pick<TestWorld, 'hypervisor'>): World {
  return { hypervisor, timeoutMs: 2000, guest: () => Promise.reject(new Error('no guest')) };
}

export async function openJournalled(): Promise<Journalled> {
  const state = await mkdtemp(join(tmpdir(), 'hotnic-recovery-'));
  const opened: Disposable[] = [];
  const recorder = () => {
    const journal = openJournal(state, 'test');
    opened.push(journal);
    return journal;
  };
  return {
    state,
    recorder,
    recorded: { recorder, stateDir: state, lockWaitMs: 200 },
    last: async () => (await listRuns(state)).at(-1) ?? '',
    options: (run, at, more = {}) => ({
      hypervisor: at.hypervisor,
      stateDir: state,
      run,
      guest: null,
      world: worldWithoutGuest(at),
      timeoutMs: 2000,
      dryRun: false,
      recorder,
      signal: new AbortController().signal,
      progress: silent(),
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      for (const one of opened.splice(0)) one[Symbol.dispose]();
      await rm(state, { recursive: true });
    },
  };
}
