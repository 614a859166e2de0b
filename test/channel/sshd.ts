import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SshEndpoint, SshEnvironment } from '../../lib/channel/index.js';

const exec = promisify(execFile);

/** A real OpenSSH server on 127.0.0.1 with keys and configuration of its own in a temporary folder. */
export interface Sshd extends AsyncDisposable {
  readonly port: number;
  /** Holds everything; also the home folder of `environment`. */
  readonly folder: string;
  /** "ssh-ed25519 AAAA…" and the other host keys. */
  readonly hostKeys: readonly string[];
  /** A private key that may log in. */
  readonly key: string;
  /** A home folder with the key and a known_hosts that knows this server. */
  readonly environment: SshEnvironment;
  readonly endpoint: SshEndpoint;
  /** Kills the listener and every connection of it, as a machine that dies would. */
  kill(): Promise<void>;
}

export interface SshdOptions {
  /** Lines of sshd_config; the first one with a keyword counts, so these win. */
  readonly config?: readonly string[];
  /** Host key types. Default ed25519. */
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
}

/** Starts an sshd and waits until it answers. Needs the package openssh-server, not a running service. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'hotnic-sshd-'));
  await chmod(folder, 0o700);
  const types = options.hostKeyTypes ?? ['ed25519'];
  const hostKeys = await Promise.all(types.map((type) => hostKey(join(folder, `host_${type}`), type)));
  await mkdir(join(folder, '.ssh'), { mode: 0o700 });
  const key = join(folder, '.ssh/id_ed25519');
  await writeFile(join(folder, 'authorized_keys'), `${await makeKey(key, 'ed25519')}\n`);
  const port = await freePort();
  await writeFile(join(folder, 'sshd_config'), sshdConfig(folder, port, types, options.config ?? []));
  const server = await listen(folder, port);
  const known = hostKeys.map((one) => `[127.0.0.1]:${port} ${one}\n`).join('');
  await writeFile(join(folder, '.ssh/known_hosts'), known);
  const { username } = userInfo();
  const kill = async (): Promise<void> => {
    await killTree(server);
  };
  return {
    port,
    folder,
    hostKeys,
    key,
    environment: { home: folder, user: username },
    endpoint: { host: '127.0.0.1', port, configFile: 'none' },
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a key pair and returns the public half, "type base64". */
export async function makeKey(file: string, type: string, passphrase = ''): Promise<string> {
  await exec('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'hotnic-test', '-f', file]);
  const [kind = '', base64 = ''] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
  return `${kind} ${base64}`;
}

const made = new Map<string, Promise<{ secret: string; shown: string }>>();

/** Host keys are made once per type and run: an RSA key takes a second. */
async function hostKey(file: string, type: string): Promise<string> {
  const make = async (): Promise<{ secret: string; shown: string }> => {
    const shown = await makeKey(file, type);
    return { secret: await readFile(file, 'utf8'), shown };
  };
  const one = made.get(type) ?? make();
  made.set(type, one);
  const { secret, shown } = await one;
  await writeFile(file, secret, { mode: 0o600 });
  await writeFile(`${file}.pub`, `${shown} hotnic-test\n`);
  return shown;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function sshdConfig(
  folder: string,
  port: number,
  types: readonly string[],
  extra: readonly string[],
): string {
  return [
    ...extra,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...types.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    `PidFile ${join(folder, 'sshd.pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    // The temporary folder's parents belong to whoever made them.
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'LogLevel ERROR',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n');
}

async function listen(folder: string, port: number): Promise<ChildProcess> {
  const binary = '/usr/sbin/sshd';
  await access(binary).catch(() => {
    throw new Error('these tests need sshd: apt-get install --no-install-recommends openssh-server');
  });
  if (userInfo().uid === 0) {
    await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  }
  const server = spawn(binary, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4096);
  });
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) {
      break;
    }
    if (await answers(port)) {
      return server;
    }
    await sleep(50);
  }
  server.kill('SIGKILL');
  throw new Error(`sshd did not start: ${said}`);
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** The listener forks a process per connection, each in a session of its own; they are found by their parents. */
async function killTree(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) {
    return;
  }
  const gone = new Promise((resolve) => server.once('exit', resolve));
  const { stdout } = await exec('ps', ['-eo', 'pid=,ppid=,comm=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const doomed = new Set([String(server.pid)]);
  // Children have higher numbers only most of the time; a few rounds find the grandchildren whatever the order.
  for (let round = 0; round < 4; round++) {
    for (const [pid = '', parent = '', name = ''] of rows) {
      if (doomed.has(parent) && name === 'sshd') {
        doomed.add(pid);
      }
    }
  }
  for (const pid of doomed) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
  await gone;
}
