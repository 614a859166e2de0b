import { type Domain } from 'node-libvirt';
import { z, type ZodType } from 'zod';
import { HotnicError } from '../errors/hotnic-error.js';
import { explainLibvirt } from './libvirt-error.js';

/** QEMU's monitor of one running domain, reached through libvirt. Each use taints the domain. */
export interface Monitor {
  /**
   * One QMP command; `schema` is what it returns.
   * @throws HotnicError `monitor-refused` (QEMU's own words), `monitor-answer`, and what libvirt says
   */
  qmp<T>(command: string, args: Readonly<Record<string, unknown>>, schema: ZodType<T>): Promise<T>;
  /** One line of the human monitor, for what QMP does not tell. */
  human(line: string): Promise<string>;
}

export interface MonitorOptions {
  readonly signal?: AbortSignal | undefined;
  /** Deadline of one command, in ms. A command waits for the domain's job: behind two detaches 7 s (measured). */
  readonly timeoutMs: number;
}

// A domain with 30 NICs answers some 40 kB; nothing that is asked here comes near this.
const LONGEST_ANSWER = 2_000_000;

/** The monitor of a domain. Nothing is asked yet. */
export function monitorOf(domain: Domain, { signal, timeoutMs }: MonitorOptions): Monitor {
  const send = async (command: string, hmp: boolean, what: string) => {
    let answer: string;
    try {
      answer = await domain.qemuMonitorCommand(command, { hmp, timeoutMs, signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw explainLibvirt(error, `ask QEMU of ${domain.name} (${what})`);
    }
    if (answer.length > LONGEST_ANSWER)
      throw new HotnicError('monitor-answer', `QEMU of ${domain.name} answered ${what} with too much`);
    return answer;
  };
  return {
    async qmp(command, args, schema) {
      const text = await send(JSON.stringify({ execute: command, arguments: args }), false, command);
      return readAnswer(text, schema, `${command} of ${domain.name}`);
    },
    human: (line) => send(line, true, line),
  };
}

const REFUSED = z.object({ error: z.object({ class: z.string(), desc: z.string().max(4096) }) });

function readAnswer<T>(text: string, schema: ZodType<T>, what: string): T {
  const answer = parsed(text, what);
  const refused = REFUSED.safeParse(answer);
  if (refused.success) {
    const { desc } = refused.data.error;
    throw new HotnicError('monitor-refused', `QEMU refused ${what}: ${desc}`, {
      attempted: what,
      seen: desc,
    });
  }
  const read = z.object({ return: schema }).safeParse(answer);
  if (!read.success)
    throw new HotnicError('monitor-answer', `QEMU answered ${what} with something else than it should`, {
      cause: read.error,
    });
  return read.data.return;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new HotnicError('monitor-answer', `QEMU answered ${what} with something that is no JSON`, {
      cause,
    });
  }
}
