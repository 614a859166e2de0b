import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { HotnicError } from '../../errors/hotnic-error.js';
import { deferred } from '../command/deferred.js';
import type { Exit } from '../command/launch.js';
import { orAbort, Stop } from '../command/stop.js';
import type { Connection } from './connection.js';
import { connectionLost, protocolError } from './errors.js';

const ANSWER_TIMEOUT_MS = 15_000;
const TRIES = 5;
const RETRY_MS = 100;

/** The server will not open one more session (RFC 4254, 5.1): MaxSessions, as a rule. */
export class SessionRefused extends Error {
  constructor(readonly error: HotnicError) {
    super(error.message);
  }
}

/** A session in which a command runs. */
export interface Session {
  readonly channel: ClientChannel;
  /**
   * How the command ended, if that is known by now. The answer to "run this" and the end of a short command may come
   * in one read, and then its exit event is over before a promise has handed the session on.
   */
  exit(): Exit | undefined;
}

/**
 * Starts a command line in a new session. Once asked for, it is not given up before the server has answered: a
 * command of which nobody knows whether it runs could not be killed.
 * @throws SessionRefused; HotnicError `ssh-closed`, `ssh-protocol`
 */
export async function exec(connection: Connection, line: string): Promise<Session> {
  for (let tries = 1; ; tries++) {
    connection.lost.throwIfAborted();
    try {
      return await ask(connection, line);
    } catch (error) {
      // dropbear (2022.83) now and then closes a session that has just been opened, before it has seen the command,
      // when another one ends at that moment. No answer means that nothing ran.
      if (!isUnanswered(error) || tries === TRIES) {
        throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}

async function ask({ client, label, lost }: Connection, line: string): Promise<Session> {
  const opened = deferred<Session>();
  using stop = new Stop();
  stop.after(ANSWER_TIMEOUT_MS, () => protocolError(label, STAGE, 'the server did not answer'));
  try {
    client.exec(line, (error, channel) => {
      if (error !== undefined) {
        opened.reject(refusal(label, error));
      } else if (stop.signal.aborted) {
        channel.resume().stderr.resume();
        channel.signal('KILL');
        channel.close();
      } else {
        let exit: Exit | undefined;
        channel.once('exit', (status: number | null, name?: string) => {
          exit = { status, signal: name ?? null };
        });
        opened.resolve({ channel, exit: () => exit });
      }
    });
  } catch (error) {
    throw connectionLost(label, String(error));
  }
  return await stop.race(orAbort(opened.promise, lost));
}

const STAGE = 'opening a session for a command';

/** ssh2 gives the server's refusal to open a channel a numeric reason. */
function refusal(label: string, error: Error): Error {
  const known = protocolError(label, STAGE, error.message, error);
  return 'reason' in error && typeof error.reason === 'number' ? new SessionRefused(known) : known;
}

function isUnanswered(error: unknown): boolean {
  return error instanceof HotnicError && error.details.seen === 'Unable to exec';
}
