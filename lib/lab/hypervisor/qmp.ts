import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';

/** QEMU's monitor of the outer machine. */
export interface Qmp extends AsyncDisposable {
  /**
   * One command; gives what QEMU returns. Events that come in between are passed over.
   * @throws HotnicError `lab-monitor-refused` with QEMU's own words, `lab-monitor-timeout`, `lab-monitor-closed`
   */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** One line of the human monitor; what it prints is an error, for the commands used here print nothing else. */
  human(line: string): Promise<void>;
}

/**
 * Connects to the monitor at the unix socket `path`. QEMU serves one client at a time: another one waits here.
 * @throws HotnicError `lab-monitor-timeout`, `lab-monitor-closed`
 */
export async function openQmp(path: string, timeoutMs: number = DEADLINE_MS): Promise<Qmp> {
  const socket = connect(path);
  const messages = readMessages(socket);
  const next = async (): Promise<Message> => {
    const timer = setTimeout(() => {
      socket.destroy(new HotnicError('lab-monitor-timeout', `QEMU did not answer in ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      const { value, done } = await messages.next();
      if (done === true) throw closed();
      return value;
    } catch (error) {
      throw error instanceof HotnicError ? error : closed(error);
    } finally {
      clearTimeout(timer);
    }
  };
  const execute = async (command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    for (;;) {
      const message = await next();
      if (message.error !== undefined)
        throw new HotnicError('lab-monitor-refused', `QEMU refused ${command}`, { seen: message.error.desc });
      if (message.return !== undefined) return message.return;
    }
  };
  await next();
  await execute('qmp_capabilities');
  return {
    execute,
    human: async (line) => {
      const said = await execute('human-monitor-command', { 'command-line': line });
      if (typeof said !== 'string' || said.trim() !== '')
        throw new HotnicError('lab-monitor-refused', `QEMU refused ${line}`, {
          seen: String(said).slice(0, 2000),
        });
    },
    [Symbol.asyncDispose]: () => {
      socket.destroy();
      return Promise.resolve();
    },
  };
}

// savevm of 3 GiB on a busy machine; everything else answers at once.
const DEADLINE_MS = 120_000;
const LONGEST = 4_000_000;

const messageSchema = z.object({
  return: z.unknown().optional(),
  error: z.object({ desc: z.string() }).optional(),
});
type Message = z.infer<typeof messageSchema>;

async function* readMessages(socket: Socket): AsyncGenerator<Message, undefined> {
  let kept = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket) {
    kept += String(chunk);
    if (kept.length > LONGEST)
      throw new HotnicError('lab-monitor-closed', 'QEMU sent more than a line may have');
    const lines = kept.split('\n');
    kept = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield messageSchema.parse(JSON.parse(line));
  }
}

function closed(cause?: unknown): HotnicError {
  return new HotnicError('lab-monitor-closed', 'the monitor of the outer machine is closed', { cause });
}
