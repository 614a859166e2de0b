import { setTimeout as sleep } from 'node:timers/promises';
import { orAbort } from '../command/stop.js';
import type { Connection } from './connection.js';
import { exec, SessionRefused, type Session } from './exec.js';
import type { SessionPool } from './session-pool.js';

/** A session that sshd has not put away yet still counts there, for a moment, though none is open here. */
const ALONE_REFUSALS = 5;
const RETRY_MS = 100;

/** Starts a command line in a session of its own, waiting in line for one. `release` gives the place back. */
export async function openSession(
  connection: Connection,
  pool: SessionPool,
  line: string,
  signal: AbortSignal,
): Promise<{ session: Session; release: () => void }> {
  for (let refusals = 0; ;) {
    const release = await pool.take(signal);
    const others = pool.open - 1;
    try {
      return { session: await exec(connection, line), release };
    } catch (error) {
      release();
      if (!(error instanceof SessionRefused)) {
        throw error;
      }
      pool.learn(others);
      if (others === 0 && ++refusals > ALONE_REFUSALS) {
        throw error.error;
      }
    }
    if (others === 0) {
      await orAbort(sleep(RETRY_MS), signal);
    }
  }
}
