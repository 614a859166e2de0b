import { parseUri, socketPaths, type Domain } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { lockName, takeLock, type Lock, type LockOwner } from '../../lock/index.js';
import type { Progress } from '../../plan/index.js';
import { halfDoneRuns } from './half-done.js';
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
 * Takes the lock of a domain (null: of the hypervisor, for what belongs to no domain), then looks whether a run before
 * was cut off. To be called before anything is read that a plan is made from.
 * @throws HotnicError `locked`, `run-half-done`, `journal-unreadable`; nothing is changed then
 */
export async function exclusively(
  domain: Domain | null,
  operation: string,
  options: ExclusiveOptions,
): Promise<Lock> {
  const lock = await lockFor(domain, operation, options);
  try {
    const { stateDir } = options;
    if (stateDir !== undefined) {
      await tidyRuns(stateDir, domain);
      await refuseHalfDone(stateDir, domain);
    }
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** The lock alone: for those who deal with what was cut off. Throws HotnicError `locked`. */
export async function lockFor(
  domain: Pick<Domain, 'name' | 'uuid'> | null,
  operation: string,
  { hypervisor, lockWaitMs = LOCK_WAIT_MS, signal, progress }: ExclusiveOptions,
): Promise<Lock> {
  const subject = domain?.name ?? 'the hypervisor';
  const since = Date.now();
  return await takeLock(changeLockName(hypervisor.uri, domain?.uuid ?? null), {
    owner: { operation, subject },
    waitMs: lockWaitMs,
    signal,
    onWait: (owner, until) => {
      progress.waiting(`${describe(owner)} to end`, since, until);
    },
  });
}

/** The name of the lock of a domain, or with null of its hypervisor. */
export function changeLockName(uri: string, uuid: string | null): string {
  return lockName(daemonOf(uri), uuid ?? 'host');
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

async function refuseHalfDone(stateDir: string, domain: Domain | null): Promise<void> {
  const runs = await halfDoneRuns(stateDir, domain?.uuid ?? null);
  const last = runs.at(-1);
  if (!last) return;
  throw new HotnicError('run-half-done', `a run before this one was cut off: ${last.title}`, {
    seen: `begun on ${last.startedAt}, cut off after it had begun ${last.begun.join(', ')}`,
    why: 'its process was killed, or the machine went down; how far the change came is not known yet',
    state: 'nothing was changed now',
    next: `hotnic journal resume ${last.run} finishes it, hotnic journal undo ${last.run} takes it back`,
  });
}
