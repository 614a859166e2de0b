import { z } from 'zod';
import type { AskAgent } from './protocol.js';

const INFO = z.object({
  return: z.object({
    supported_commands: z.array(z.object({ name: z.string(), enabled: z.boolean() })).max(1000),
  }),
});

/** What a channel is made of (protocol.ts). */
const NEEDED = [
  'guest-exec',
  'guest-exec-status',
  'guest-file-open',
  'guest-file-read',
  'guest-file-write',
  'guest-file-close',
];

const TIMEOUT_MS = 2_000;

/** An agent is there and lets a channel be made of it. Whatever else it answers, or nothing, is no. */
export async function agentCanRun(ask: AskAgent, signal: AbortSignal): Promise<boolean> {
  try {
    const text = await ask('{"execute":"guest-info"}', { timeoutMs: TIMEOUT_MS, signal });
    const commands = INFO.parse(JSON.parse(text)).return.supported_commands;
    return NEEDED.every((name) => commands.some((one) => one.name === name && one.enabled));
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
