import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { askOwner, type HeldLock } from './ask-owner.js';
import type { LockOwner } from './owner.js';

/** A lock that is held, until it is disposed of or the process ends. */
export interface Lock extends AsyncDisposable {
  /** Tells others the run that goes on under it. */
  setRun(run: string): void;
}

export interface LockOptions {
  readonly owner: Pick<LockOwner, 'operation' | 'subject'>;
  /** How long to wait for another holder, in ms. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Called when the wait begins, and again for each later holder. */
  readonly onWait?: (owner: LockOwner | null, until: number) => void;
}

/**
 * Takes the lock of that name (lockName). Waits for another holder until it lets go or dies, which the kernel tells by
 * closing the connection to it.
 * @throws HotnicError `locked`: another holds it still, and who that is; the abort reason
 */
export async function takeLock(name: string, options: LockOptions): Promise<Lock> {
  const { owner, waitMs, signal, onWait } = options;
  const until = Date.now() + waitMs;
  const mine: LockOwner = {
    ...owner,
    pid: process.pid,
    run: null,
    since: new Date().toISOString(),
  };
  for (;;) {
    const lock = await listen(name, mine);
    if (lock) return lock;
    signal.throwIfAborted();
    const held = await askOwner(name);
    if (!held) {
      // It let go between the two; the kernel frees the name a moment later.
      if (Date.now() > until + 1_000) throw locked(owner, null, waitMs);
      await sleep(5, undefined, { signal });
      continue;
    }
    try {
      if (waitMs > 0) onWait?.(held.owner, until);
      if (!(await releasedWithin(held, until - Date.now(), signal))) throw locked(owner, held.owner, waitMs);
    } finally {
      held.leave();
    }
  }
}

async function releasedWithin(held: HeldLock, ms: number, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  try {
    return await Promise.race([
      held.released.then(() => true),
      sleep(Math.max(0, ms), false, { signal: stop }),
    ]);
  } finally {
    over.abort();
  }
}

/** Null when another has the name. */
async function listen(name: string, owner: LockOwner): Promise<Lock | null> {
  let now = owner;
  const asking = new Set<Socket>();
  const server = createServer((socket) => {
    asking.add(socket);
    socket.on('close', () => asking.delete(socket));
    socket.on('error', () => undefined);
    // Nothing is expected of those who ask; what they send is dropped.
    socket.resume();
    socket.write(`${JSON.stringify(now)}\n`);
  });
  if (!(await bound(server, name))) return null;
  // A lock alone keeps no process alive.
  server.unref();
  return {
    setRun(run) {
      now = { ...now, run };
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const socket of asking) socket.destroy();
      await closed;
    },
  };
}

function bound(server: Server, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else
        reject(
          new HotnicError(
            'lock-failed',
            `the lock that keeps two hotnics apart cannot be made: ${error.message}`,
            {
              state: 'nothing was changed',
              next: 'ss -xl shows the sockets of this machine; a sandbox may forbid abstract ones',
              cause: error,
            },
          ),
        );
    });
    server.listen({ path: name }, () => {
      resolve(true);
    });
  });
}

function locked(
  { subject }: Pick<LockOwner, 'subject'>,
  owner: LockOwner | null,
  waitMs: number,
): HotnicError {
  const who =
    owner === null
      ? 'by a process that does not say who it is'
      : `by another hotnic: ${owner.operation} of ${owner.subject} since ${owner.since} (process ${owner.pid}${owner.run === null ? '' : `, run ${owner.run}`})`;
  return new HotnicError('locked', `${subject} is being changed ${who}`, {
    why: 'two changes at once could undo one another',
    state: `nothing was changed; it was waited for ${waitMs / 1000} s`,
    next:
      owner?.run === undefined || owner.run === null
        ? 'try again when it has ended, or wait longer with --lock-wait SECONDS'
        : `hotnic journal show ${owner.run} tells how far it is; --lock-wait SECONDS waits longer`,
  });
}
