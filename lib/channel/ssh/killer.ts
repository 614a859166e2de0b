import type { ClientChannel } from 'ssh2';
import { Stop } from '../command/stop.js';
import type { Connection } from './connection.js';
import { exec, SessionRefused } from './exec.js';
import { killLine, type RemoteProcess } from './remote-command.js';

const KILL_TIMEOUT_MS = 5000;

/**
 * Ends commands over there. Closing a session does not: sshd leaves a command that writes nothing running for ever.
 * A signal request (RFC 4254, 6.9) does not always: OpenSSH refuses it when root is logged in (no privilege
 * separation then), and dropbear sends it to one process only. So the command's process group is killed by number
 * from a session of its own; where the server has none to spare, from a second connection.
 */
export class Killer {
  /** One at a time: each takes one of the few sessions that are left over for it. */
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly become: 'sudo' | undefined,
    /** Connects once more; the last of the connections is to the same machine. */
    private readonly again: () => Promise<readonly Connection[]>,
  ) {}

  /** Kills one command; settles when it has been killed or cannot be. Never rejects. */
  async kill(process: RemoteProcess | undefined, channel: ClientChannel): Promise<void> {
    const turn = this.#last.then(() => this.#kill(process, channel));
    this.#last = turn.catch(() => undefined);
    await this.#last;
  }

  async #kill(process: RemoteProcess | undefined, channel: ClientChannel): Promise<void> {
    if (this.connection.lost.aborted) {
      return;
    }
    if (process === undefined) {
      channel.signal('KILL');
      return;
    }
    const line = killLine([process], this.become);
    try {
      await runLine(this.connection, line);
    } catch (error) {
      if (error instanceof SessionRefused) {
        await this.#elsewhere(line);
      } else {
        channel.signal('KILL');
      }
    }
  }

  async #elsewhere(line: string): Promise<void> {
    const connections = await this.again();
    try {
      for (const last of connections.slice(-1)) {
        await runLine(last, line);
      }
    } finally {
      [...connections].reverse().forEach((connection) => {
        connection.end();
      });
    }
  }
}

async function runLine(connection: Connection, line: string): Promise<void> {
  using stop = new Stop();
  stop.after(KILL_TIMEOUT_MS, () => new Error('the kill took too long'));
  const { channel } = await stop.race(exec(connection, line));
  channel.resume().stderr.resume();
  channel.on('error', () => undefined);
  await stop.race(new Promise((resolve) => channel.once('close', resolve)));
}
