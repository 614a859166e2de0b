import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '../../lib/channel/index.js';
import { FAMILY, gone, readPids, rejectsWith } from './asserting.js';
import { describeLines } from './contract-lines.js';

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

  describeLines(() => ({ channel, folder }));

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
