import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';

/** Asserts that a promise rejects with a HotnicError of that code. */
export async function rejectsWith(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(isHotnicError(error), `expected ${code}, got ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return true;
  });
}

/** Waits until a process that said its number is gone; fails after two seconds. */
export async function gone(pid: string): Promise<void> {
  assert.match(pid, /^\d+$/);
  for (let tries = 0; tries < 40; tries++) {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    if (text === undefined || text.includes(') Z ')) {
      return;
    }
    await sleep(50);
  }
  assert.fail(`process ${pid} still runs`);
}

/** Waits for `count` process numbers in a file that commands write theirs to. */
export async function readPids(file: string, count = 2): Promise<string[]> {
  for (let tries = 0; tries < 100; tries++) {
    const pids = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((one) => one !== '');
    if (pids.length >= count) {
      return pids;
    }
    await sleep(50);
  }
  return assert.fail('the command never said its process number');
}

/** A script: a child in the background and the command itself, both named in the file that is its argument. */
export const FAMILY = 'sleep 300 & echo $! >>"$1"; echo $$ >>"$1"; exec sleep 300';
