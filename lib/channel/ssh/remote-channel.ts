import type { Duplex } from 'node:stream';
import type { CommandResult, FileOptions, LinesOptions, LineStream, RunOptions } from '../channel.js';
import { atMost } from '../command/deferred.js';
import { channelClosed, commandNotFound } from '../command/errors.js';
import type { Launch, Running } from '../command/launch.js';
import { openLines } from '../command/open-lines.js';
import { runToEnd } from '../command/run-to-end.js';
import type { Connection } from './connection.js';
import { dialTcp, dialUnix } from './dial.js';
import type { DialOptions, SshChannel, SshOptions } from './endpoint.js';
import { sudoRefused } from './errors.js';
import { readRemoteFile, writeRemoteFile } from './files.js';
import { Killer } from './killer.js';
import { sshLaunch } from './launch.js';
import { SessionPool } from './session-pool.js';

const MAX_SESSIONS = 8;
const END_WAIT_MS = 2000;

/** A Channel on the last of a chain of connections. */
export class RemoteChannel implements SshChannel {
  readonly label: string;
  readonly lost: AbortSignal;
  readonly #connection: Connection;
  readonly #running = new Set<Running>();
  readonly #start: Launch;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly connections: readonly Connection[],
    private readonly options: SshOptions,
    again: () => Promise<readonly Connection[]>,
  ) {
    const connection = connections.at(-1);
    if (connection === undefined) {
      throw new TypeError('a channel needs a connection');
    }
    this.#connection = connection;
    this.label = connection.label;
    this.lost = connection.lost;
    const pool = new SessionPool(options.maxSessions ?? MAX_SESSIONS);
    const { become } = options;
    this.#start = sshLaunch({
      connection,
      pool,
      killer: new Killer(connection, become, again),
      become,
      running: this.#running,
    });
  }

  async run(argv: readonly string[], options?: RunOptions): Promise<CommandResult> {
    const result = await runToEnd(this.#launch, this.label, argv, options);
    if (this.options.become === 'sudo' && result.status === 1 && result.stderr.startsWith('sudo: ')) {
      this.#checkSudo(argv, result.stderr);
    }
    return result;
  }

  async lines(argv: readonly string[], options?: LinesOptions): Promise<LineStream> {
    return openLines(this.#launch, this.label, argv, options);
  }

  async readFile(path: string, options?: FileOptions): Promise<Buffer> {
    return readRemoteFile(this.#launch, this.label, path, options);
  }

  async writeFile(
    path: string,
    data: string | Buffer,
    options?: FileOptions & { mode?: number },
  ): Promise<void> {
    await writeRemoteFile(this.#launch, this.label, path, data, options);
  }

  async dialUnix(path: string, options?: DialOptions): Promise<Duplex> {
    this.#checkOpen();
    return dialUnix(this.#connection, path, options);
  }

  async dialTcp(host: string, port: number, options?: DialOptions): Promise<Duplex> {
    this.#checkOpen();
    return dialTcp(this.#connection, host, port, options);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#end();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #launch: Launch = async (argv, input, sink, signal) => {
    this.#checkOpen();
    return this.#start(argv, input, sink, signal);
  };

  #checkOpen(): void {
    if (this.#closing !== undefined) {
      throw channelClosed(this.label);
    }
    this.lost.throwIfAborted();
  }

  #checkSudo(argv: readonly string[], stderr: string): void {
    if (/command not found|no such file/i.test(stderr)) {
      throw commandNotFound(this.label, argv, stderr.trim());
    }
    if (/password|not allowed|may not run|not in the sudoers/i.test(stderr)) {
      throw sudoRefused(this.label, stderr);
    }
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#running].map((one) => one.kill()));
    for (const connection of [...this.connections].reverse()) {
      const gone = new Promise((resolve) => {
        connection.lost.addEventListener('abort', resolve);
      });
      connection.end();
      await (connection.lost.aborted ? undefined : atMost(END_WAIT_MS, gone));
    }
  }
}
