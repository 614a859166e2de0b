import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { runCommand } from './command.js';
import type { LabPaths } from './paths.js';

/** Makes the lab's own key pair, which every guest's root accepts, and an empty known_hosts. */
export async function makeIdentity(paths: LabPaths, signal?: AbortSignal): Promise<void> {
  await makeKey(paths.identity, `hotnic lab ${paths.name}`, signal);
  await writeFile(paths.knownHosts, '', { mode: 0o644 });
}

/**
 * Makes the files a guest reads at boot: its host key, the keys it accepts, its name, a random seed. The host key is written to
 * known_hosts here, before the guest exists, so that the first connection is already checked.
 */
export async function makeGuestKeys(paths: LabPaths, guest: string, sshPort: number): Promise<void> {
  const folder = paths.guestDir(guest);
  await mkdir(folder, { recursive: true });
  await makeKey(`${folder}/host_key`, guest);
  await writeFile(`${folder}/authorized_keys`, await readFile(`${paths.identity}.pub`));
  await writeFile(`${folder}/hostname`, `${guest}\n`);
  await writeFile(`${folder}/seed`, randomBytes(64));
  const [type, key] = (await readFile(`${folder}/host_key.pub`, 'utf8')).split(' ');
  await appendFile(paths.knownHosts, `[127.0.0.1]:${sshPort} ${type ?? ''} ${key ?? ''}\n`);
}

/** Takes the key of a guest that is gone out of known_hosts. */
export async function forgetGuestKey(paths: LabPaths, sshPort: number): Promise<void> {
  const lines = (await readFile(paths.knownHosts, 'utf8')).split('\n');
  await writeFile(
    paths.knownHosts,
    lines.filter((line) => !line.startsWith(`[127.0.0.1]:${sshPort} `)).join('\n'),
  );
}

async function makeKey(file: string, comment: string, signal?: AbortSignal): Promise<void> {
  await runCommand(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file], { signal });
}
