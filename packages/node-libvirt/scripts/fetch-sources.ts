import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * Fetches what generate.ts reads, on a Debian machine, without touching its packages: apt works in a temporary folder
 * with lists of its own, on the machine's own mirror.
 *   node --import tsx/esm scripts/fetch-sources.ts FOLDER [SUITE]
 * SUITE is the one that src/generated is made from unless another is named.
 */
const [folder = '', suite = 'trixie'] = process.argv.slice(2);
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const PROTOCOL = ['src/remote/remote_protocol.x', 'src/remote/qemu_protocol.x', 'src/rpc/virnetprotocol.x'];
const API = ['libvirt-api.xml', 'libvirt-qemu-api.xml'];

const work = mkdtempSync(join(tmpdir(), 'libvirt-sources-'));
try {
  fetchAll();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function fetchAll(): void {
  const options = aptOptions();
  run('apt-get', [...options, 'update']);
  run('apt-get', [...options, 'source', '--tar-only', '--download-only', 'libvirt']);
  run('apt-get', [...options, 'download', 'libvirt-dev']);
  const tar = readdirSync(work).find((name) => /\.orig\.tar\.\w+$/.test(name)) ?? '';
  const deb = readdirSync(work).find((name) => name.endsWith('.deb')) ?? '';
  run('tar', ['-xf', tar, '--strip-components=1', '--wildcards', ...PROTOCOL.map((file) => `*/${file}`)]);
  run('dpkg-deb', ['-x', deb, 'dev']);
  mkdirSync(folder, { recursive: true });
  const api = API.map((name) => `dev/usr/share/libvirt/api/${name}`);
  for (const file of [...PROTOCOL, ...api]) {
    copyFileSync(join(work, file), join(folder, file.slice(file.lastIndexOf('/') + 1)));
  }
}

function aptOptions(): string[] {
  for (const part of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, part), { recursive: true });
  const where = `[signed-by=${KEYRING}] ${mirror()} ${suite} main`;
  writeFileSync(join(work, 'sources.list'), `deb ${where}\ndeb-src ${where}\n`);
  const settings = {
    'Dir::Etc::SourceList': join(work, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State': join(work, 'state'),
    'Dir::State::Status': '/dev/null',
    'Dir::Cache': join(work, 'cache'),
    // The temporary folder is not readable for apt's own user, which only costs a warning otherwise.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The mirror that this machine takes Debian from. */
function mirror(): string {
  const lists = ['/etc/apt/sources.list', ...inFolder('/etc/apt/sources.list.d')].filter((file) =>
    existsSync(file),
  );
  const text = lists.map((file) => readFileSync(file, 'utf8')).join('\n');
  const found = /^(?:URIs: |deb (?:\[[^\]]*\] )?)(\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
  if (found === undefined) throw new Error('no Debian mirror in the sources of this machine');
  return found;
}

function inFolder(path: string): string[] {
  return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
}
