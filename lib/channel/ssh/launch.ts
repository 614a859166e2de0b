import { atMost, deferred } from '../command/deferred.js';
import { Ending } from '../command/ending.js';
import { commandNotFound } from '../command/errors.js';
import type { Launch, Running } from '../command/launch.js';
import { orAbort } from '../command/stop.js';
import type { Connection } from './connection.js';
import { connectionLost, noShell } from './errors.js';
import type { Killer } from './killer.js';
import { openSession } from './open-session.js';
import { HeadReader, readReport, remoteCommand, type RemoteProcess } from './remote-command.js';
import type { SessionPool } from './session-pool.js';

/** Output that a command's children still hold open after its end is waited for this long. */
const QUIET_MS = 1000;
const CLOSE_WAIT_MS = 2000;
const MARK_WAIT_MS = 2000;

export interface SshLaunchParts {
  readonly connection: Connection;
  readonly pool: SessionPool;
  readonly killer: Killer;
  readonly become: 'sudo' | undefined;
  /** Every command that runs is in here, for the channel's close. */
  readonly running: Set<Running>;
}

/** Launches commands on the far side of a connection, one session each. */
export function sshLaunch({ connection, pool, killer, become, running }: SshLaunchParts): Launch {
  return async (argv, input, sink, signal) => {
    const { label } = connection;
    const command = remoteCommand(argv, become);
    const { session, release } = await openSession(connection, pool, command.line, signal);
    const { channel } = session;
    const started = deferred<undefined>();
    const closed = deferred<undefined>();
    let known: RemoteProcess | undefined;
    let killed = false;
    const ending = new Ending(sink, QUIET_MS, () => {
      running.delete(self);
      // The session is free once sshd has confirmed, or is past hoping for.
      channel.close();
      void atMost(CLOSE_WAIT_MS, closed.promise).then(release);
    });
    const report = (text: string): void => {
      known = readReport(text);
      if (known === undefined) {
        started.reject(commandNotFound(label, argv));
      } else {
        started.resolve(undefined);
      }
    };
    const stdout = new HeadReader(command.mark, report, (chunk) => {
      ending.stdout(chunk);
    });
    const nothing = (): void => undefined;
    const stderr = new HeadReader(command.mark, nothing, (chunk) => {
      ending.stderr(chunk);
    });
    channel.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      stderr.push(chunk);
    });
    const exited = (): void => {
      const exit = session.exit();
      if (exit !== undefined) {
        ending.exited(exit);
      }
    };
    exited();
    channel.on('exit', exited);
    // A command need not read its input; that it closed it early is not our failure.
    channel.on('error', nothing);
    channel.on('close', () => {
      closed.resolve(undefined);
      started.reject(lostReason(connection) ?? noShell(label, stdout.unmarked + stderr.unmarked));
      if (ending.hasExited || killed) {
        ending.closed({ status: null, signal: 'SIGKILL' });
      } else {
        ending.lost(
          lostReason(connection) ?? connectionLost(label, 'the session ended without an exit status'),
        );
      }
    });
    const self: Running = {
      kill: async () => {
        if (!ending.over && !killed) {
          killed = true;
          // Its number is on the way; without it there is only a signal request.
          await atMost(MARK_WAIT_MS, started.promise);
          await killer.kill(known, channel);
          await atMost(CLOSE_WAIT_MS, closed.promise);
        }
        ending.closed({ status: null, signal: 'SIGKILL' });
      },
    };
    running.add(self);
    channel.end(input ?? '');
    try {
      await orAbort(started.promise, signal);
    } catch (error) {
      await self.kill();
      throw error;
    }
    return self;
  };
}

function lostReason(connection: Connection): Error | undefined {
  return connection.lost.aborted ? (connection.lost.reason as Error) : undefined;
}
