import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { lockName, lockOwner, takeLock, type LockOwner } from '../../lib/lock/index.js';

describe('the lock of what is changed', function () {
  this.timeout(20_000);
  const owner = { operation: 'attach', subject: 'web1' };
  const signal = new AbortController().signal;
  let name: string;
  let holder: ChildProcess | null = null;
  beforeEach(() => {
    name = lockName('test', String(process.pid), String(Math.random()));
  });
  afterEach(() => {
    holder?.kill('SIGKILL');
    holder = null;
  });

  /** Another process that holds the lock. */
  async function elsewhere(): Promise<ChildProcess> {
    const script = `
      import { takeLock } from ${JSON.stringify(new URL('../../lib/lock/index.ts', import.meta.url).href)};
      const lock = await takeLock(${JSON.stringify(name)}, { owner: { operation: 'detach', subject: 'web1' },
        waitMs: 0, signal: new AbortController().signal });
      lock.setRun('20260101T000000000Z-abcdef');
      console.log('held');
      setInterval(() => {}, 1000);`;
    const argv = ['--conditions=source', '--import', 'tsx/esm', '--input-type=module', '-e', script];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    holder = child;
    return child;
  }

  it('is held by one at a time, and free again afterwards', async () => {
    const first = await takeLock(name, { owner, waitMs: 0, signal });
    await assert.rejects(takeLock(name, { owner, waitMs: 0, signal }), (error) =>
      isHotnicError(error, 'locked'),
    );
    await first[Symbol.asyncDispose]();
    await using second = await takeLock(name, { owner, waitMs: 0, signal });
    assert.ok(second);
  });

  it('says who holds it: process, operation, run, since when; nothing was changed', async () => {
    const { pid } = await elsewhere();
    assert.equal((await lockOwner(name))?.pid, pid);
    await assert.rejects(takeLock(name, { owner, waitMs: 100, signal }), (error) => {
      assert.ok(isHotnicError(error, 'locked'));
      assert.match(error.message, new RegExp(`detach of web1 since .* \\(process ${pid ?? 0}, run 2026`));
      assert.match(error.details.state ?? '', /nothing was changed/);
      assert.match(error.details.next ?? '', /journal show 20260101T000000000Z-abcdef/);
      return error.exitCode === 1;
    });
  });

  it('passes on at once when its holder is killed', async () => {
    const child = await elsewhere();
    const waits: (LockOwner | null)[] = [];
    const taken = takeLock(name, {
      owner,
      waitMs: 10_000,
      signal,
      onWait: (who) => {
        waits.push(who);
        child.kill('SIGKILL');
      },
    });
    const since = Date.now();
    await using lock = await taken;
    assert.ok(lock);
    assert.ok(Date.now() - since < 5_000);
    assert.equal(waits[0]?.operation, 'detach');
  });

  it('is given to each of several who wait, one after the other', async () => {
    let inside = 0;
    const one = async () => {
      await using lock = await takeLock(name, { owner, waitMs: 10_000, signal });
      assert.equal(++inside, 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
      return lock;
    };
    await Promise.all([one(), one(), one(), one()]);
  });

  it('stops waiting when the user interrupts', async () => {
    await using first = await takeLock(name, { owner, waitMs: 0, signal });
    const controller = new AbortController();
    const second = takeLock(name, { owner, waitMs: 10_000, signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error('interrupted'));
    }, 50);
    await assert.rejects(second, /interrupted|aborted/);
    assert.ok(first);
  });

  for (const [what, says] of [
    ['nonsense', 'x'.repeat(100_000)],
    ['escapes', `${JSON.stringify({ pid: 1, operation: '\u001b[2J', subject: '', run: null, since: '' })}\n`],
    ['nothing', ''],
  ] as const)
    it(`takes no word of a stranger who holds the name and says ${what}`, async () => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.write(says);
      }).listen({ path: name });
      await once(server, 'listening');
      try {
        await assert.rejects(takeLock(name, { owner, waitMs: 50, signal }), (error) => {
          assert.ok(isHotnicError(error, 'locked'));
          return error.message.includes('a process that does not say who it is');
        });
      } finally {
        server.close();
      }
    });
});
