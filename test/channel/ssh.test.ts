import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sshChannel, type SshChannel } from '../../lib/channel/index.js';
import { gone, readPids, rejectsWith } from './asserting.js';
import { describeContract } from './contract.js';
import { startSshd, type Sshd } from './sshd.js';

describe('sshChannel on OpenSSH', function () {
  this.timeout(20_000);
  let sshd: Sshd;
  before(async () => {
    sshd = await startSshd();
  });
  after(async () => {
    await sshd[Symbol.asyncDispose]();
  });
  describeContract(() => sshChannel(sshd.endpoint, { environment: sshd.environment }));

  it('is called by user, host and port', async () => {
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    assert.equal(channel.label, `${sshd.environment.user}@127.0.0.1:${sshd.port}`);
  });

  it('runs commands in the C locale and finds those of sbin', async () => {
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    const { stdout } = await channel.run(['sh', '-c', 'echo $LC_ALL $PATH']);
    assert.match(stdout, /^C .*:\/usr\/sbin:\/sbin/);
  });

  it('refuses a command that no remote shell could take', async () => {
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    await rejectsWith(channel.run(['echo', 'x'.repeat(140_000)]), 'command-too-long');
  });

  it('opens sockets on the far side', async () => {
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    const socket = await channel.dialTcp('127.0.0.1', sshd.port);
    const [banner] = (await socket.take(1).toArray()) as Buffer[];
    assert.match(String(banner), /^SSH-2\.0-OpenSSH/);
    await rejectsWith(channel.dialUnix('/hotnic/no/such/socket'), 'ssh-dial');
    await rejectsWith(channel.dialTcp('127.0.0.1', 1), 'ssh-dial');
  });

  it('aborts a command that still waits for its turn', async () => {
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment, maxSessions: 1 });
    const first = await channel.lines(['sleep', '300']);
    await rejectsWith(channel.run(['true'], { timeoutMs: 300 }), 'command-timeout');
    await first.close();
    assert.equal((await channel.run(['true'])).status, 0);
  });

  it('hears how a command ended when everything about it comes at once', async () => {
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    const nap = new Int32Array(new SharedArrayBuffer(4));
    // Blocks this process for most of the time, so that a whole session's packets wait in one read.
    const busy = setInterval(() => Atomics.wait(nap, 0, 0, 400), 1);
    try {
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(await channel.run(['sh', '-c', 'echo x; exit 3']), {
          status: 3,
          signal: null,
          stdout: 'x\n',
          stderr: '',
        });
      }
    } finally {
      clearInterval(busy);
    }
  });

  it('does not report a command as over when its last output is slow to come', async () => {
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    const { stdout } = await channel.run(['sh', '-c', 'head -c 900000 /dev/zero']);
    assert.equal(stdout.length, 900_000);
  });
});

describe('sshChannel on an sshd with few sessions', function () {
  this.timeout(20_000);
  for (const sessions of [1, 2]) {
    it(`works with MaxSessions ${sessions}, kills included`, async () => {
      await using sshd = await startSshd({ config: [`MaxSessions ${sessions}`] });
      await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
      const results = await Promise.all([1, 2, 3, 4].map(() => channel.run(['echo', 'x'])));
      assert.deepEqual(
        results.map((result) => result.stdout),
        ['x\n', 'x\n', 'x\n', 'x\n'],
      );
      const file = join(sshd.folder, 'pids');
      const script = 'sleep 300 & echo $! >>"$1"; echo $$ >>"$1"; exec sleep 300';
      await rejectsWith(channel.run(['sh', '-c', script, 'sh', file], { timeoutMs: 700 }), 'command-timeout');
      await Promise.all((await readPids(file)).map(gone));
    });
  }
});

describe('sshChannel when the connection dies', function () {
  this.timeout(20_000);
  it('rejects what runs, ends the streams with an error and refuses more', async () => {
    await using sshd = await startSshd();
    const channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    const file = join(sshd.folder, 'pids');
    const sleeper = ['sh', '-c', 'echo $$ >>"$1"; exec sleep 30', 'sh', file];
    const lines = await channel.lines(['sh', '-c', 'echo up; echo $$ >>"$1"; exec sleep 30', 'sh', file]);
    const runs = Array.from({ length: 10 }, () => channel.run(sleeper));
    const seen: string[] = [];
    const read = (async () => {
      for await (const line of lines) {
        seen.push(line.text);
      }
    })();
    const all = Promise.all([read, ...runs].map((one) => rejectsWith(one, 'ssh-closed')));
    const pids = await readPids(file, 8);
    assert.equal(channel.lost.aborted, false);
    await sshd.kill();
    await all;
    assert.deepEqual(seen, ['up']);
    await rejectsWith(lines.ended, 'ssh-closed');
    await rejectsWith(channel.run(['true']), 'ssh-closed');
    await rejectsWith(channel.dialTcp('127.0.0.1', 1), 'ssh-closed');
    assert.equal(channel.lost.aborted, true);
    await channel.close();
    pids.forEach((pid) => process.kill(Number(pid), 'SIGKILL'));
  });

  it('leaves neither half a file nor a temporary one behind', async () => {
    await using sshd = await startSshd();
    const channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    const place = join(sshd.folder, 'place');
    mkdirSync(place);
    const write = channel.writeFile(join(place, 'big'), Buffer.alloc(200_000_000));
    const failed = rejectsWith(write, 'ssh-closed');
    await until(() => readdirSync(place).some((name) => name.startsWith('.big.hotnic-')));
    await sshd.kill();
    await failed;
    await until(() => readdirSync(place).length === 0);
    await channel.close();
  });

  it('notices a machine that has gone silent by its keepalives', async () => {
    await using sshd = await startSshd();
    const channel = await sshChannel(sshd.endpoint, { environment: sshd.environment, keepaliveMs: 200 });
    const file = join(sshd.folder, 'pids');
    // The parent of a command is the sshd process that serves this connection.
    const stop = 'echo $$ >>"$1"; echo $PPID >>"$1"; kill -STOP $PPID; exec sleep 30';
    await rejectsWith(channel.run(['sh', '-c', stop, 'sh', file]), 'ssh-closed');
    await channel.close();
    (await readPids(file)).forEach((pid) => process.kill(Number(pid), 'SIGKILL'));
  });
});

describe('sshChannel on a machine with busybox only', function () {
  this.timeout(20_000);
  let sshd: Sshd;
  let applets: string;
  before(async () => {
    applets = mkdtempSync(join(tmpdir(), 'hotnic-busybox-'));
    execFileSync('busybox', ['--install', '-s', applets]);
    sshd = await startSshd({ config: [`SetEnv PATH=${applets}`] });
  });
  after(async () => {
    await sshd[Symbol.asyncDispose]();
    rmSync(applets, { recursive: true });
  });
  const open = async (): Promise<SshChannel> => sshChannel(sshd.endpoint, { environment: sshd.environment });
  describeContract(open);

  it('really is busybox', async () => {
    await using channel = await open();
    assert.match((await channel.run(['sh', '-c', 'readlink -f /proc/$$/exe'])).stdout, /busybox/);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 200, `never: ${condition.toString()}`);
    await sleep(20);
  }
}
