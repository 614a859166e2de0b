import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../dist/bin/hotnic.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON document on stdout; throws when there is none. */
  readonly json: Record<string, unknown>;
}

/** Runs the built command as an operator would, to its end. */
export async function hotnic(...args: string[]): Promise<Ended> {
  return await start(...args).ended;
}

/** Starts the built command; its stderr can be watched while it runs. */
export function start(...args: string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  said(text: string): Promise<void>;
} {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const waiting: { text: string; done: () => void }[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    for (const one of waiting) if (stderr.includes(one.text)) one.done();
  });
  const ended = once(child, 'close').then(([code]) => {
    for (const one of waiting) one.done();
    return {
      code: code as number | null,
      stdout,
      stderr,
      get json() {
        return JSON.parse(stdout) as Record<string, unknown>;
      },
    };
  });
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve) => {
        if (stderr.includes(text)) resolve();
        else waiting.push({ text, done: resolve });
      }),
  };
}
