import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../lib/channel/index.js';
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

// A child in the background and the command itself, both named in a file.
const FAMILY = 'sleep 300 & echo $! >>"$1"; echo $$ >>"$1"; exec sleep 300';

/**
 * What every channel must do, as tests. The far side of `open`'s channel shares this machine's files and processes.
 */
export function describeContract(open: () => Promise<Channel>): void {
  let channel: Channel;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hotnic-channel-'));
    channel = await open();
  });
  after(async () => {
    await channel.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives status, stdout and stderr', async () => {
    const result = await channel.run(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    assert.deepEqual(result, { status: 7, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('gives the signal that ended a command', async () => {
    const result = await channel.run(['sh', '-c', 'kill -TERM $$']);
    assert.deepEqual([result.status, result.signal], [null, 'SIGTERM']);
  });

  it('hands words over as they are', async () => {
    const words = [
      '',
      ' ',
      "'",
      '"',
      '$(id)',
      '`id`',
      '\\',
      'a\nb',
      '*',
      '-n',
      'é界',
      '\x1b[1m',
      '#',
      '!',
      '~',
    ];
    const { stdout } = await channel.run(['printf', '%s|', ...words]);
    assert.equal(stdout, words.map((word) => `${word}|`).join(''));
  });

  it('writes the input and then its end', async () => {
    const input = 'x'.repeat(300_000);
    const { stdout } = await channel.run(['wc', '-c'], { input });
    assert.equal(stdout.trim(), '300000');
  });

  it('gives an empty input when there is none', async () => {
    assert.equal((await channel.run(['cat'], { timeoutMs: 5000 })).stdout, '');
  });

  it('does not mind a command that closes its input', async () => {
    assert.equal((await channel.run(['true'], { input: 'x'.repeat(3_000_000) })).status, 0);
  });

  it('says when there is no such command', async () => {
    await rejectsWith(channel.run(['hotnic-no-such-command', 'x']), 'command-not-found');
    await rejectsWith(channel.lines(['hotnic-no-such-command']), 'command-not-found');
  });

  it('refuses a NUL', async () => {
    await rejectsWith(channel.run(['echo', 'a\0b']), 'argument-invalid');
  });

  it('runs twenty commands at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        channel.run(['sh', '-c', 'sleep 0.05; echo $1', 'sh', String(index)]),
      ),
    );
    assert.deepEqual(
      results.map((result) => result.stdout),
      Array.from({ length: 20 }, (_, index) => `${index}\n`),
    );
  }).timeout(30_000);

  it('kills a command and its children at the deadline', async () => {
    const file = join(folder, 'deadline');
    const began = performance.now();
    await rejectsWith(channel.run(['sh', '-c', FAMILY, 'sh', file], { timeoutMs: 800 }), 'command-timeout');
    assert.ok(performance.now() - began < 4000);
    await Promise.all((await readPids(file)).map(gone));
  });

  it('kills a command and its children when the signal aborts, and throws its reason', async () => {
    const file = join(folder, 'abort');
    const controller = new AbortController();
    const run = channel.run(['sh', '-c', FAMILY, 'sh', file], { signal: controller.signal });
    const pids = await readPids(file);
    controller.abort(new Error('enough'));
    await assert.rejects(run, /^Error: enough$/);
    await Promise.all(pids.map(gone));
  });

  it('starts nothing when the signal has aborted already', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await assert.rejects(channel.run(['touch', join(folder, 'never')], { signal }), /before/);
    await assert.rejects(channel.lines(['touch', join(folder, 'never')], { signal }), /before/);
    await assert.rejects(stat(join(folder, 'never')), /ENOENT/);
  });

  it('kills a command whose output has no end', async () => {
    const began = performance.now();
    await rejectsWith(channel.run(['yes'], { outputLimit: 100_000 }), 'command-output-limit');
    await rejectsWith(channel.run(['sh', '-c', 'yes >&2'], { outputLimit: 100_000 }), 'command-output-limit');
    assert.ok(performance.now() - began < 5000);
  });

  it('takes output of exactly the limit', async () => {
    const { stdout } = await channel.run(['printf', '%s', 'x'.repeat(1000)], { outputLimit: 1000 });
    assert.equal(stdout.length, 1000);
  });

  it('does not wait for a daemon that holds the output open', async () => {
    const file = join(folder, 'daemon');
    const began = performance.now();
    const result = await channel.run([
      'sh',
      '-c',
      'sleep 30 & echo $! >"$1"; echo x >>"$1"; echo up',
      'sh',
      file,
    ]);
    assert.equal(result.stdout, 'up\n');
    assert.ok(performance.now() - began < 5000);
    const [pid = ''] = await readPids(file);
    process.kill(Number(pid), 'SIGKILL');
  });

  it('gives lines while the command runs', async () => {
    const lines = await channel.lines(['sh', '-c', 'echo one; read x; echo two $x'], { input: 'in\n' });
    const seen: string[] = [];
    const began = performance.timeOrigin + performance.now();
    for await (const line of lines) {
      seen.push(line.text);
      assert.ok(Math.abs(line.at - began) < 5000);
    }
    assert.deepEqual(seen, ['one', 'two in']);
    assert.deepEqual((await lines.ended).status, 0);
  });

  it('goes on with the same lines after a loop was left', async () => {
    const lines = await channel.lines(['sh', '-c', 'echo 1; echo 2; echo 3; echo oops >&2; exit 5']);
    const seen: string[] = [];
    for await (const line of lines) {
      seen.push(line.text);
      break;
    }
    for await (const line of lines) {
      seen.push(line.text);
    }
    assert.deepEqual(seen, ['1', '2', '3']);
    const { status, stderr } = await lines.ended;
    assert.deepEqual([status, stderr], [5, 'oops\n']);
  });

  it('keeps escapes, cuts long lines and drops the oldest for a slow reader', async () => {
    const script = `printf '\\033[31mred\\n'; head -c 100000 /dev/zero | tr '\\0' x; echo; seq 1 1000`;
    const lines = await channel.lines(['sh', '-c', script], { lineLimit: 100, bufferLimit: 1002 });
    await lines.ended;
    const texts: string[] = [];
    for await (const line of lines) {
      texts.push(`${line.text}${line.truncated ? '…' : ''}`);
    }
    assert.equal(texts[0], '\x1b[31mred');
    assert.equal(texts[1], `${'x'.repeat(100)}…`);
    assert.equal(texts.at(-1), '1000');
    assert.equal(lines.dropped, 0);

    const few = await channel.lines(['seq', '1', '1000'], { bufferLimit: 10 });
    await few.ended;
    const last: string[] = [];
    for await (const line of few) {
      last.push(line.text);
    }
    assert.deepEqual([last[0], last.length, few.dropped], ['991', 10, 990]);
  });

  it('ends a stream and its processes on close, and twice is no harm', async () => {
    const file = join(folder, 'lines');
    const lines = await channel.lines(['sh', '-c', FAMILY, 'sh', file]);
    const pids = await readPids(file);
    await lines.close();
    await lines.close();
    await Promise.all(pids.map(gone));
    for await (const line of lines) {
      assert.fail(line.text);
    }
    assert.equal((await lines.ended).status, null);
  });

  it('ends a stream when its signal aborts', async () => {
    const file = join(folder, 'aborted-lines');
    const controller = new AbortController();
    const lines = await channel.lines(['sh', '-c', FAMILY, 'sh', file], { signal: controller.signal });
    const pids = await readPids(file);
    controller.abort(new Error('enough'));
    await assert.rejects(async () => {
      for await (const line of lines) {
        assert.fail(line.text);
      }
    }, /enough/);
    await Promise.all(pids.map(gone));
  });

  it('survives a stream without end that nobody reads', async () => {
    const lines = await channel.lines(['yes'], { bufferLimit: 100 });
    await sleep(300);
    await lines.close();
    assert.ok(lines.dropped > 100);
  });

  it('writes and reads a file byte for byte, with its mode', async () => {
    const path = join(folder, `it's a $file`);
    const data = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    await channel.writeFile(path, data, { mode: 0o640 });
    assert.deepEqual(await channel.readFile(path), data);
    assert.equal((await stat(path)).mode & 0o777, 0o640);
    await channel.writeFile(path, 'short');
    assert.equal((await channel.readFile(path)).toString(), 'short');
    assert.equal((await stat(path)).mode & 0o777, 0o644);
  });

  it('reads files of /proc, which have no size', async () => {
    assert.match((await channel.readFile('/proc/self/status')).toString(), /^Name:/);
  });

  it('says why a file cannot be read or written', async () => {
    await rejectsWith(channel.readFile(join(folder, 'none')), 'file-not-found');
    await rejectsWith(channel.readFile('/dev/zero'), 'file-limit');
    await rejectsWith(channel.readFile(folder), 'file-failed');
    await rejectsWith(channel.writeFile(join(folder, 'none/file'), 'x'), 'file-not-found');
  });

  it('leaves nothing behind when a write fails', async () => {
    const place = join(folder, 'place');
    await mkdir(place);
    await mkdir(join(place, 'target'));
    await rejectsWith(channel.writeFile(join(place, 'target'), 'x'), 'file-failed');
    const signal = AbortSignal.abort(new Error('before'));
    await assert.rejects(channel.writeFile(join(place, 'other'), 'x', { signal }), /before/);
    assert.deepEqual(await readdir(place), ['target']);
    assert.deepEqual(await readdir(join(place, 'target')), []);
  });

  it('kills what runs when it is closed, and refuses everything afterwards', async () => {
    const other = await open();
    const file = join(folder, 'closed');
    const run = other.run(['sh', '-c', FAMILY, 'sh', file]);
    run.catch(() => undefined);
    const pids = await readPids(file);
    await other.close();
    await other.close();
    await Promise.all(pids.map(gone));
    assert.equal((await run).signal, 'SIGKILL');
    await rejectsWith(other.run(['true']), 'channel-closed');
    await rejectsWith(other.lines(['true']), 'channel-closed');
    await rejectsWith(other.readFile('/etc/hostname'), 'channel-closed');
    await rejectsWith(other.writeFile(join(folder, 'x'), 'x'), 'channel-closed');
  });
}
