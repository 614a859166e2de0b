import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CrashOrder } from './order.js';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

/** Processes to be killed. The next one is always started beforehand: loading takes longer than the crash. */
export class Victims implements AsyncDisposable {
  #next: ChildProcess = start();

  /** Lets a process carry out the order, and be killed at it. Gives what it said if it was not. */
  async crash(order: CrashOrder): Promise<{ readonly killed: boolean; readonly said: string }> {
    const child = this.#next;
    this.#next = start();
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, 'exit');
    child.stdin?.end(`${JSON.stringify(order)}\n`);
    const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    return { killed: signal === 'SIGKILL', said };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#next, 'exit');
    this.#next.kill('SIGKILL');
    await ended;
  }
}

function start(): ChildProcess {
  return spawn(process.execPath, ['--conditions=source', '--import', 'tsx/esm', CHILD], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
