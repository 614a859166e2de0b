import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { HotnicError } from '../../errors/hotnic-error.js';
import { atMost, deferred } from '../command/deferred.js';
import { Ending } from '../command/ending.js';
import { commandNotFound, nameOf } from '../command/errors.js';
import type { Launch, Running } from '../command/launch.js';

/** Output that a command's children still hold open after its end is waited for this long. */
const QUIET_MS = 250;
const KILL_WAIT_MS = 2000;

/**
 * Launches processes of this machine, without a shell, each in a process group (and session) of its own so that a
 * kill takes its children too.
 * @param running every process that lives is in here, for the channel's close
 */
export function localLaunch(label: string, running: Set<Running>, env?: NodeJS.ProcessEnv): Launch {
  return async (argv, input, sink, signal) => {
    signal.throwIfAborted();
    const [command = '', ...args] = argv;
    const child = spawn(command, args, {
      detached: true,
      stdio: 'pipe',
      ...(env === undefined ? {} : { env }),
    });
    const started = deferred<undefined>();
    const over = deferred<undefined>();
    const ending = new Ending(sink, QUIET_MS, () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    });
    const self: Running = {
      kill: async () => {
        killGroup(child);
        await atMost(KILL_WAIT_MS, over.promise);
        running.delete(self);
        ending.closed({ status: null, signal: 'SIGKILL' });
      },
    };
    child.once('spawn', () => {
      started.resolve(undefined);
    });
    child.once('error', (error) => {
      started.reject(startError(label, argv, error));
    });
    child.stdout.on('data', (chunk: Buffer) => {
      ending.stdout(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      ending.stderr(chunk);
    });
    child.once('exit', (status, ended) => {
      running.delete(self);
      over.resolve(undefined);
      ending.exited({ status, signal: ended });
    });
    child.once('close', (status, ended) => {
      ending.closed({ status, signal: ended });
    });
    // A command need not read its input; that it closed it early is not our failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    await started.promise;
    running.add(self);
    return self;
  };
}

function killGroup(child: ChildProcessWithoutNullStreams): void {
  // Once the leader has been reaped its number may belong to somebody else.
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  }
}

function startError(label: string, argv: readonly string[], error: NodeJS.ErrnoException): HotnicError {
  if (error.code === 'ENOENT') {
    return commandNotFound(label, argv, error.message);
  }
  return new HotnicError('command-not-started', `${nameOf(argv)} could not be started on ${label}`, {
    attempted: `run ${nameOf(argv)} on ${label}`,
    seen: error.message,
    cause: error,
  });
}
