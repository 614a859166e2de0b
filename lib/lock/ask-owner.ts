import { connect } from 'node:net';
import { OWNER_LIMIT, readOwner, type LockOwner } from './owner.js';

/** A lock that is held by another: who it is, and when it lets go. */
export interface HeldLock {
  /** Null when the holder does not say, in time and in form. */
  readonly owner: LockOwner | null;
  /** Resolves when the holder has let go, or is dead. */
  readonly released: Promise<void>;
  /** Ends the connection to it. */
  leave(): void;
}

// The holder answers from its event loop, which is never blocked for long; a stopped one (SIGSTOP) does not answer.
const ANSWER_MS = 1_000;

/** Asks the holder of a lock who it is; null when nobody holds it (any more). */
export async function askOwner(name: string): Promise<HeldLock | null> {
  const socket = connect({ path: name });
  let text = '';
  const released = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  const reached = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => {
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  if (!reached) return null;
  // That the connection breaks is what is waited for.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ANSWER_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      if (text.length + chunk.length <= OWNER_LIMIT) text += chunk;
      if (text.includes('\n') || text.length + chunk.length > OWNER_LIMIT) done();
    });
    socket.once('close', done);
  });
  return {
    owner: readOwner(text.split('\n')[0] ?? ''),
    released,
    leave: () => {
      socket.destroy();
    },
  };
}

/** Who holds a lock now; null when nobody does, or when the holder does not say. */
export async function lockOwner(name: string): Promise<LockOwner | null> {
  const held = await askOwner(name);
  held?.leave();
  return held?.owner ?? null;
}
