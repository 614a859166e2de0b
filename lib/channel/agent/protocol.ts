import { z, type ZodType } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';

/**
 * Sends one command of the guest agent's protocol and gives its answer, both JSON (QEMU's docs/interop/qemu-ga-ref). How
 * it gets there (libvirt, a socket) is the caller's affair.
 * @throws HotnicError `guest-agent-refused` with the agent's own words as `seen`, `guest-agent-missing`,
 *   `guest-agent-silent`, …; the abort reason
 */
export type AskAgent = (command: string, options: AskAgentOptions) => Promise<string>;

export interface AskAgentOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Of a command that the agent runs: it ends with a status or by a signal. */
export interface ExecStatus {
  readonly exited: boolean;
  readonly status: number | null;
  /** The signal's number. */
  readonly signal: number | null;
}

/** One answer holds this much of a file at most: libvirt carries strings of 4 MiB, and base64 makes 3 bytes 4. */
const READ_BYTES = 512 * 1024;
export const WRITE_BYTES = 512 * 1024;
const CALL_TIMEOUT_MS = 20_000;

const STATUS = z.object({
  exited: z.boolean(),
  exitcode: z.number().int().optional(),
  signal: z.number().int().optional(),
});
const READ = z.object({ count: z.number().int().nonnegative(), 'buf-b64': z.string(), eof: z.boolean() });

/** The few commands of the guest agent that a channel is made of, typed and checked. */
export class Agent {
  constructor(
    private readonly ask: AskAgent,
    readonly label: string,
  ) {}

  /** Starts a program; its output goes nowhere unless it is redirected. Gives the process's number. */
  async exec(path: string, args: readonly string[], input?: Buffer, signal?: AbortSignal): Promise<number> {
    const data = input === undefined ? {} : { 'input-data': input.toString('base64') };
    const asked = { path, arg: args, 'capture-output': false, ...data };
    const { pid } = await this.#call('guest-exec', asked, z.object({ pid: z.number().int().min(2) }), signal);
    return pid;
  }

  /** How a process does; once it has been told that one has exited, the agent forgets it. */
  async status(pid: number): Promise<ExecStatus> {
    const { exited, exitcode, signal } = await this.#call('guest-exec-status', { pid }, STATUS);
    return { exited, status: exitcode ?? null, signal: signal ?? null };
  }

  /** Opens a file; null where there is none. */
  async open(path: string, mode: 'r' | 'w'): Promise<number | null> {
    try {
      return await this.#call('guest-file-open', { path, mode }, z.number().int());
    } catch (error) {
      if (error instanceof HotnicError && /no such file/i.test(error.details.seen ?? '')) return null;
      throw error;
    }
  }

  /** Reads on from where the last read ended. */
  async read(handle: number): Promise<{ readonly bytes: Buffer; readonly eof: boolean }> {
    const answer = await this.#call('guest-file-read', { handle, count: READ_BYTES }, READ);
    const bytes = Buffer.from(answer['buf-b64'], 'base64');
    if (bytes.length !== answer.count || bytes.length > READ_BYTES)
      throw this.#nonsense('guest-file-read', 'its length is not what it says');
    return { bytes, eof: answer.eof };
  }

  async write(handle: number, data: Buffer): Promise<void> {
    const asked = { handle, 'buf-b64': data.toString('base64') };
    const { count } = await this.#call('guest-file-write', asked, z.object({ count: z.number().int() }));
    if (count !== data.length)
      throw this.#nonsense('guest-file-write', `it took ${count} bytes of ${data.length}`);
  }

  async closeFile(handle: number): Promise<void> {
    await this.#call('guest-file-close', { handle }, z.object({}));
  }

  async #call<T>(execute: string, args: object, schema: ZodType<T>, signal?: AbortSignal): Promise<T> {
    const text = await this.ask(JSON.stringify({ execute, arguments: args }), {
      timeoutMs: CALL_TIMEOUT_MS,
      signal,
    });
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch (error) {
      throw this.#nonsense(execute, 'it is no JSON', error);
    }
    const read = z.object({ return: schema }).safeParse(answer);
    if (!read.success) throw this.#nonsense(execute, 'it has another shape', read.error);
    return read.data.return;
  }

  #nonsense(command: string, what: string, cause?: unknown): HotnicError {
    return new HotnicError(
      'guest-agent-answer',
      `${this.label} answered ${command} with something that makes no sense: ${what}`,
      {
        attempted: `ask ${this.label} (${command})`,
        why: 'the guest’s agent is of another make, or the guest is not what it should be',
        ...(cause === undefined ? {} : { cause }),
      },
    );
  }
}
