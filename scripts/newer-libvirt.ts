// Unpacks a libvirt of a newer Debian into a folder of its own, once, and prints where: node-libvirt is tested against it
// beside the machine's own (packages/node-libvirt/test/real/newer.test.ts). Nothing of it is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { debianSources } from '../lib/lab/hypervisor/apt-sources.js';

const SUITE = 'trixie';
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hotnic');
const root = join(cache, `libvirt-of-${SUITE}`);

if (!existsSync(root)) {
  const { backports } = await debianSources();
  // The same mirror with another suite: no mirror is named here.
  const source = backports.replace(/\S+ main$/, `${SUITE} main`);
  const beside = `${root}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  process.stderr.write(`unpacking libvirt of Debian ${SUITE}\n`);
  const include = '--include=libvirt-daemon,libvirt0';
  const { status } = spawnSync(
    'mmdebstrap',
    ['--quiet', '--variant=extract', include, SUITE, beside, source],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status !== 0) {
    rmSync(beside, { recursive: true, force: true });
    process.exit(1);
  }
  renameSync(beside, root);
}
process.stdout.write(`${root}\n`);
