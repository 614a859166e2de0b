import { parseUri, socketPaths, type Domain } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { lockName, takeLock, type Lock, type LockOwner } from '../../lock/index.js';
import type { Progress } from '../../plan/index.js';
import { halfDoneRuns } from './half-done.js';
import { isFunctions, nameOfSubject, whoseOf, type ChangeSubject, type FunctionsSubject } from './subject.js';
import { tidyRuns } from './tidy.js';

/** What keeps a change apart from others. */
export interface ExclusiveOptions {
  readonly hypervisor: Hypervisor;
  /** Where the journal is; without it, no half-done run is looked for. */
  readonly stateDir?: string;
  /** How long to wait for another hotnic that changes the same domain, in ms; default 30 s. */
  readonly lockWaitMs?: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

const LOCK_WAIT_MS = 30_000;

/**
 * Takes the lock of a domain, those of PCI functions, or (null) that of the hypervisor for what belongs to neither; then
 * looks whether a run before was cut off. To be called before anything is read that a plan is made from.
 * @throws HotnicError `locked`, `run-half-done`, `journal-unreadable`; nothing is changed then
 */
export async function exclusively(
  subject: Domain | FunctionsSubject | null,
  operation: string,
  options: ExclusiveOptions,
): Promise<Lock> {
  const lock = await lockFor(subject, operation, options);
  try {
    const { stateDir } = options;
    if (stateDir !== undefined) {
      await tidyRuns(stateDir, subject);
      await refuseHalfDone(stateDir, subject);
    }
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** The lock alone: for those who deal with what was cut off. Throws HotnicError `locked`. */
export async function lockFor(
  subject: ChangeSubject,
  operation: string,
  { hypervisor, lockWaitMs = LOCK_WAIT_MS, signal, progress }: ExclusiveOptions,
): Promise<Lock> {
  const since = Date.now();
  const until = since + lockWaitMs;
  const held: Lock[] = [];
  const release = async () => {
    for (const lock of held.reverse()) await lock[Symbol.asyncDispose]();
  };
  try {
    for (const name of lockNames(hypervisor.uri, subject))
      held.push(
        await takeLock(name, {
          owner: { operation, subject: nameOfSubject(subject).slice(0, MOST_NAMED) },
          waitMs: Math.max(0, until - Date.now()),
          signal,
          onWait: (owner, until) => {
            progress.waiting(`${describe(owner)} to end`, since, until);
          },
        }),
      );
  } catch (error) {
    await release();
    throw error;
  }
  return {
    setRun: (run) => {
      for (const lock of held) lock.setRun(run);
    },
    [Symbol.asyncDispose]: release,
  };
}

// A lock's owner is told in at most 300 characters (lib/lock/owner.ts); a group may have many functions.
const MOST_NAMED = 300;

/** Several are always taken in the same order, so that two who want the same ones never wait for each other. */
function lockNames(uri: string, subject: ChangeSubject): readonly string[] {
  if (!isFunctions(subject)) return [changeLockName(uri, subject?.uuid ?? null)];
  return [...new Set(subject.functions)].sort().map((address) => changeLockName(uri, `pci ${address}`));
}

/** The name of the lock of a domain by its UUID, of a function ("pci 0000:01:00.0"), or with null of the hypervisor. */
export function changeLockName(uri: string, whose: string | null): string {
  return lockName(daemonOf(uri), whose ?? 'host');
}

/** One name for each daemon, however its URI is written. */
function daemonOf(uri: string): string {
  const parsed = parseUri(uri);
  const usual = socketPaths({ ...parsed, params: new Map() }, false, {});
  const [socket = ''] = socketPaths(parsed, false, {});
  const user = parsed.path === '/session' ? String(process.getuid?.() ?? '') : '';
  return `${parsed.driver}:${parsed.path}:${user}:${usual.includes(socket) ? 'usual' : socket}`;
}

function describe(owner: LockOwner | null): string {
  return owner === null
    ? 'another process'
    : `another hotnic (${owner.operation} of ${owner.subject}, process ${owner.pid})`;
}

async function refuseHalfDone(stateDir: string, subject: ChangeSubject): Promise<void> {
  const runs = await halfDoneRuns(stateDir, whoseOf(subject));
  const last = runs.at(-1);
  if (!last) return;
  throw new HotnicError('run-half-done', `a run before this one was cut off: ${last.title}`, {
    seen: `begun on ${last.startedAt}, cut off after it had begun ${last.begun.join(', ')}`,
    why: 'its process was killed, or the machine went down; how far the change came is not known yet',
    state: 'nothing was changed now',
    next: `hotnic journal resume ${last.run} finishes it, hotnic journal undo ${last.run} takes it back`,
  });
}
