import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AskAgent } from '../../lib/channel/index.js';
import { HotnicError } from '../../lib/errors/hotnic-error.js';

const BINARY = '/usr/sbin/qemu-ga';

/** A real guest agent that serves this machine over a socket, and the way to ask it. */
export interface QemuGa extends AsyncDisposable {
  readonly ask: AskAgent;
  /** Ends the agent, as a guest that stops it would. */
  kill(): void;
}

/** Starts one; `blocked` are commands that it is to refuse. Needs the package qemu-guest-agent, not a running service. */
export async function startQemuGa(blocked: readonly string[] = []): Promise<QemuGa> {
  if (!existsSync(BINARY)) throw new Error('these tests need qemu-ga: apt-get install qemu-guest-agent');
  const folder = await mkdtemp(join(tmpdir(), 'hotnic-agent-'));
  const path = join(folder, 'socket');
  const block = blocked.length === 0 ? [] : ['-b', blocked.join(',')];
  const child = spawn(BINARY, ['-m', 'unix-listen', '-p', path, '-t', folder, ...block], { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !existsSync(path); tries++) await sleep(20);
  const socket = connect(path);
  socket.on('error', () => undefined);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return {
    ask: oneAtATime(socket),
    kill: () => child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Commands and answers are a line each; an agent answers one after the other, and so does libvirt ask it. */
function oneAtATime(socket: Socket): AskAgent {
  let last: Promise<unknown> = Promise.resolve();
  return (command, { signal }) => {
    const next = last.then(async () => {
      signal?.throwIfAborted();
      const answer = await exchange(socket, command);
      const { error } = JSON.parse(answer) as { error?: { desc: string } };
      if (error) throw new HotnicError('guest-agent-refused', error.desc, { seen: error.desc });
      return answer;
    });
    last = next.catch(() => undefined);
    return next;
  };
}

function exchange(socket: Socket, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (work: () => void) => {
      socket.off('data', more);
      socket.off('close', lost);
      work();
    };
    const lost = () => {
      end(() => {
        reject(new Error('the agent has ended'));
      });
    };
    const more = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.endsWith('\n'))
        end(() => {
          resolve(text);
        });
    };
    if (socket.destroyed) {
      reject(new Error('the agent has ended'));
      return;
    }
    socket.on('data', more);
    socket.on('close', lost);
    socket.write(`${command}\n`);
  });
}
