// What `npm run demo` and `npm test` need on a fresh machine: packages of npm and of the system, and a built hotnic.
// Plain JavaScript without dependencies, because it is what brings the dependencies.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Program -> the Debian packages that bring it.
const LAB_PROGRAMS = {
  libvirtd: 'libvirt-daemon',
  virsh: 'libvirt-clients',
  'qemu-system-x86_64': 'qemu-system-x86',
  dnsmasq: 'dnsmasq-base',
  iptables: 'iptables',
  cpio: 'cpio',
  ip: 'iproute2',
  ssh: 'openssh-client',
  nsenter: 'util-linux',
};
// What the tests need beside the lab, named on the command line.
const OPTIONAL_PROGRAMS = {
  sshd: 'openssh-server',
  dropbear: 'dropbear-bin',
  busybox: 'busybox-static',
  'qemu-ga': 'qemu-guest-agent',
  sudo: 'sudo',
  ruby: 'ruby',
  vagrant: 'vagrant vagrant-libvirt',
  python3: 'python3',
  dhcp_release: 'dnsmasq-utils',
  mmdebstrap: 'mmdebstrap',
  'qemu-img': 'qemu-utils',
  mke2fs: 'e2fsprogs',
  openssl: 'openssl',
  // One package brings the program, the mechanisms come as plugins.
  saslpasswd2: 'sasl2-bin libsasl2-modules libsasl2-modules-db',
  'ovs-vsctl': 'openvswitch-switch',
  'virt-xml': 'virtinst python3-libvirt',
};
const TESTS = [
  'sshd',
  'dropbear',
  'busybox',
  'qemu-ga',
  'sudo',
  'ruby',
  'vagrant',
  'python3',
  'dhcp_release',
  'mmdebstrap',
  'qemu-img',
  'mke2fs',
  'openssl',
  'saslpasswd2',
  'ovs-vsctl',
];

const top = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(top);

try {
  checkNode();
  installPackages();
  installSystemPackages(process.argv.slice(2).flatMap((word) => (word === 'tests' ? TESTS : [word])));
  buildIfNeeded();
} catch (error) {
  // Of a command that failed, what it said stands above; a stack of this script says nothing more.
  if (!Array.isArray(error?.spawnargs) && error?.status === undefined) throw error;
  fail(`setup: ${error.message.split('\n')[0]}. Nothing is half done: run it again once that is mended.`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`hotnic needs Node 20.19 or newer; this is ${process.version}.`);
}

function installPackages() {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  const stamp = 'node_modules/.hotnic-lock';
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing the npm packages (npm ci)');
  // Nothing that hotnic uses needs an install script: ssh2's native parts are optional.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

function installSystemPackages(extra) {
  const needed = {
    ...LAB_PROGRAMS,
    ...Object.fromEntries(extra.map((name) => [name, OPTIONAL_PROGRAMS[name] ?? name])),
  };
  const missing = Object.entries(needed).filter(([program]) => !found(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap(([, names]) => names.split(' ')))];
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  if (!found('apt-get'))
    fail(
      `missing: ${missing.map(([program]) => program).join(', ')}. On Debian or Ubuntu hotnic installs them by itself; here, install what brings them (there: ${packages.join(' ')}).`,
    );
  const root = process.getuid() === 0;
  if (!root && !found('sudo')) fail(`missing: ${packages.join(' ')}. Run as root: ${command.join(' ')}`);
  say(`installing system packages for the lab${root ? '' : ' through sudo'}: ${packages.join(' ')}`);
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const prefix = root ? quiet : ['sudo', ...quiet];
  const apt = (words) => run(prefix[0], [...prefix.slice(1), ...words], true);
  withoutServices(prefix, () => {
    if (spawnSync('apt-cache', ['show', packages[0]], { stdio: 'ignore' }).status !== 0)
      apt(['apt-get', 'update', '-qq']);
    try {
      apt(command);
    } catch {
      // The package lists may be older than the mirror.
      apt(['apt-get', 'update', '-qq']);
      apt(command);
    }
  });
}

/** Daemons that a package brings must not start on this machine: the lab runs its own, in its own namespace. */
function withoutServices(prefix, install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  const shell = (script) => run(prefix[0], [...prefix.slice(1), 'sh', '-c', script], true);
  shell(`printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod 755 ${policy}`);
  try {
    install();
  } finally {
    shell(`rm -f ${policy}`);
  }
}

function buildIfNeeded() {
  const built = 'dist/bin/hotnic.js';
  const sources = ['lib', 'bin', 'packages/node-libvirt/src', 'scripts']
    .flatMap(filesBelow)
    .concat('package.json', 'tsconfig.json');
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  say('building');
  run(process.execPath, ['scripts/build.mjs']);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function found(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function run(program, args, quiet = false) {
  try {
    execFileSync(program, args, {
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
  } catch (error) {
    if (quiet) process.stderr.write(error.stderr ?? '');
    throw error;
  }
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
