import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sshChannel, type SshChannel } from '../../lib/channel/index.js';
import { describeContract } from './contract.js';
import { freePort, startSshd, type Sshd } from './sshd.js';

const BINARY = '/usr/sbin/dropbear';

describe('sshChannel on dropbear, which has no sftp-server', function () {
  this.timeout(20_000);
  let keys: Sshd;
  let server: ChildProcess;
  let port: number;
  before(async () => {
    assert.ok(existsSync(BINARY), 'these tests need dropbear: apt-get install dropbear-bin');
    keys = await startSshd();
    await keys.kill();
    port = await freePort();
    const hostKey = join(keys.folder, 'dropbear_host');
    const shown = execFileSync('dropbearkey', ['-t', 'ed25519', '-f', hostKey], { stdio: 'pipe' }).toString();
    const [line = ''] = /^ssh-ed25519 \S+/m.exec(shown) ?? [];
    appendFileSync(join(keys.folder, '.ssh/known_hosts'), `[127.0.0.1]:${port} ${line}\n`);
    copyFileSync(join(keys.folder, 'authorized_keys'), join(keys.folder, '.ssh/authorized_keys'));
    // This dropbear reads authorized_keys of the home folder only; in a mount namespace of its own that is ours.
    const script = 'mount --bind "$1" "$2"; shift 2; exec "$@"';
    const home = [keys.folder, userInfo().homedir];
    const dropbear = [BINARY, '-F', '-E', '-s', '-r', hostKey, '-p', `127.0.0.1:${port}`];
    server = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', ...home, ...dropbear], {
      stdio: 'ignore',
    });
    await sleep(300);
  });
  after(async () => {
    server.kill('SIGKILL');
    await keys[Symbol.asyncDispose]();
  });
  const open = (): Promise<SshChannel> =>
    sshChannel({ ...keys.endpoint, port }, { environment: keys.environment });

  it('really is dropbear', async () => {
    await using channel = await open();
    const { stdout } = await channel.run(['sh', '-c', 'tr "\\0" " " </proc/$PPID/cmdline']);
    assert.match(stdout, /dropbear/);
  });

  describeContract(open);
});
