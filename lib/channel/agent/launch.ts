import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError, isHotnicError } from '../../errors/hotnic-error.js';
import { atMost, deferred } from '../command/deferred.js';
import { commandNotFound } from '../command/errors.js';
import type { Exit, Launch, Running, Sink } from '../command/launch.js';
import { guestAgentLost } from './errors.js';
import { Output } from './output.js';
import { WRITE_BYTES, type Agent, type ExecStatus } from './protocol.js';
import { KILL, PLACES, START } from './start-script.js';

// One command of the agent carries what is shorter; longer input goes through a file.
const INLINE_INPUT = WRITE_BYTES;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;
const KILL_WAIT_MS = 3000;

export interface AgentLaunchParts {
  readonly agent: Agent;
  /** Every command that runs is in here, for the channel's close. */
  readonly running: Set<Running>;
  /** Names of folders that are to be taken away with the next command. */
  readonly stale: Set<string>;
}

/**
 * Launches commands through the guest agent. The agent hands out a command's output only once it has ended, and all that
 * it holds of it: so each command writes to files of its own, which are read while it runs. There are no streams and no
 * events; a command is looked at every 10 ms at first, every 250 ms after a while.
 */
export function agentLaunch({ agent, running, stale }: AgentLaunchParts): Launch {
  return async (argv, input, sink, signal) => {
    signal.throwIfAborted();
    const name = `hotnic-${randomBytes(9).toString('hex')}`;
    const data = input === undefined || input.length === 0 ? undefined : Buffer.from(input);
    const file = data !== undefined && data.length > INLINE_INPUT ? await upload(agent, name, data) : '';
    const args = ['-c', START, 'sh', name, [...stale].join(' '), file, ...argv];
    const pid = await agent.exec('/bin/sh', args, file === '' ? data : undefined, signal);
    stale.clear();
    const command = new AgentCommand(agent, pid, name, sink, () => {
      stale.add(name);
      running.delete(command);
    });
    running.add(command);
    await command.begin(argv, signal);
    return command;
  };
}

/** Puts input where the command can read it. */
async function upload(agent: Agent, name: string, data: Buffer): Promise<string> {
  for (const place of PLACES) {
    const path = `${place}/${name}.in`;
    const handle = await agent.open(path, 'w').catch((error: unknown) => {
      if (isHotnicError(error, 'guest-agent-refused')) return null;
      throw error;
    });
    if (handle === null) continue;
    for (let at = 0; at < data.length; at += WRITE_BYTES)
      await agent.write(handle, data.subarray(at, at + WRITE_BYTES));
    await agent.closeFile(handle);
    return path;
  }
  throw noPlace(agent.label);
}

class AgentCommand implements Running {
  readonly #output: Output;
  readonly #begun = deferred<undefined>();
  #done: Promise<void> = Promise.resolve();
  #killed = false;
  #over = false;

  constructor(
    private readonly agent: Agent,
    private readonly pid: number,
    name: string,
    private readonly sink: Sink,
    private readonly forget: () => void,
  ) {
    this.#output = new Output(agent, name);
  }

  /** Resolves once the command itself runs, or has run; throws when it never did. */
  async begin(argv: readonly string[], signal: AbortSignal): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    try {
      for (;;) {
        const status = await this.agent.status(this.pid);
        if (await this.#output.open()) {
          this.#done = this.#follow(status);
          return;
        }
        if (status.exited)
          throw status.status === 127 ? commandNotFound(this.agent.label, argv) : noPlace(this.agent.label);
        await sleep(pause, undefined, { signal });
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      }
    } catch (error) {
      this.#begun.resolve(undefined);
      if (signal.aborted) await this.kill();
      this.#end();
      throw signal.aborted ? signal.reason : error;
    } finally {
      this.#begun.resolve(undefined);
    }
  }

  async kill(): Promise<void> {
    if (this.#over) return;
    // A command that has ended has given its number back; only one that the agent still knows is killed.
    this.#killed = true;
    await this.agent.exec('/bin/sh', ['-c', KILL, 'sh', String(this.pid)]).catch(() => undefined);
    await atMost(
      KILL_WAIT_MS,
      this.#begun.promise.then(() => this.#done),
    );
    if (this.#end()) this.sink.closed({ status: null, signal: 'SIGKILL' });
  }

  async #follow(first: ExecStatus): Promise<void> {
    let status = first;
    let pause = FIRST_PAUSE_MS;
    try {
      for (;;) {
        // The status was asked before: what is read after the end is all there is.
        const got = await this.#output.pass(this.sink, () => this.#killed);
        if (status.exited) break;
        pause = got || this.#killed ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pause * 1.5);
        await sleep(pause);
        status = await this.agent.status(this.pid);
      }
      await this.#output.close();
      if (this.#end()) this.sink.closed(exitOf(status));
    } catch (error) {
      if (this.#end()) this.sink.lost(guestAgentLost(this.agent.label, error));
    }
  }

  #end(): boolean {
    const first = !this.#over;
    this.#over = true;
    this.forget();
    return first;
  }
}

function exitOf({ status, signal }: ExecStatus): Exit {
  if (signal === null) return { status, signal: null };
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  return { status: null, signal: name ?? `SIG${signal}` };
}

function noPlace(label: string): HotnicError {
  return new HotnicError('guest-agent-no-place', `${label} has nowhere to write a command’s output`, {
    attempted: `run a command through ${label}`,
    why: 'neither /run nor /tmp of the guest can be written',
    next: 'reach the guest by SSH (--ssh)',
  });
}
