import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { runCommand } from './command.js';
import type { Holder } from './namespace.js';
import { enterArgv, LIBVIRT_FOLDERS } from './namespace.js';

/** Makes the private folders of a lab's libvirtd in `stateDir` and writes its configuration there. */
export async function prepareLibvirtd(stateDir: string, cacheDir: string): Promise<void> {
  for (const name of Object.keys(LIBVIRT_FOLDERS)) await mkdir(`${stateDir}/${name}`, { recursive: true });
  await mkdir(`${stateDir}/log/qemu`, { recursive: true });
  await mkdir(`${stateDir}/new-run`);
  await writeFile(`${stateDir}/etc/qemu.conf`, QEMU_CONF);
  await writeFile(`${stateDir}/etc/libvirtd.conf`, LIBVIRTD_CONF);
  // libvirt checks each entry against QEMU's and its own files, so a stale one only costs the probing it would save.
  await cp(`${cacheDir}/${CAPABILITIES}`, `${stateDir}/cache/qemu/capabilities`, { recursive: true }).catch(
    () => undefined,
  );
}

/** Starts libvirtd in the lab; it accepts connections when this returns. */
export async function startLibvirtd(holder: Holder, signal?: AbortSignal): Promise<void> {
  const argv = [
    'libvirtd',
    '--daemon',
    '--config',
    '/etc/libvirt/libvirtd.conf',
    '--pid-file',
    '/run/libvirtd.pid',
  ];
  await runCommand(enterArgv(holder.pid, argv), { signal, timeoutMs: 30_000 });
}

/** Keeps what libvirtd found out about QEMU (4 s of probing) for the next lab. Failing to is no loss. */
export async function keepCapabilities(stateDir: string, cacheDir: string): Promise<void> {
  const found = `${stateDir}/cache/qemu/capabilities`;
  const place = `${cacheDir}/${CAPABILITIES}`;
  const copy = `${place}.${process.pid}`;
  const kept = await filesIn(place);
  const fresh = await filesIn(found);
  if (fresh.every((name) => kept.includes(name))) return;
  await cp(found, copy, { recursive: true })
    .then(() => rm(place, { recursive: true, force: true }))
    .then(() => rename(copy, place))
    .catch(() => rm(copy, { recursive: true, force: true }));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

const CAPABILITIES = 'libvirt-capabilities';

const QEMU_CONF = `user = "root"
group = "root"
security_driver = "none"
remember_owner = 0
stdio_handler = "file"
namespaces = []
cgroup_controllers = []
`;

const LIBVIRTD_CONF = `unix_sock_group = "root"
auth_unix_ro = "none"
auth_unix_rw = "none"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
`;
