import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import { inWorkFolder, keptFolder } from '../image/cache.js';
import type { ImageOptions } from '../image/ensure.js';
import { aptSettings } from '../image/resolve.js';
import type { DebianSources } from './apt-sources.js';

/** A QEMU that has the igb device (version 8 and later). */
export interface MachineQemu {
  /** The words before the machine's own arguments: environment, program, folders of firmware. */
  readonly argv: readonly string[];
  /** Its first line for `--version`; a snapshot fits this one alone. */
  readonly version: string;
}

/**
 * The machine's own QEMU if it is new enough; else the one of the suite's backports, unpacked in the cache beside the
 * installed one and never installed.
 * @throws HotnicError `lab-qemu-unusable`, `lab-command-failed`
 */
export async function ensureQemu(sources: DebianSources, options: ImageOptions): Promise<MachineQemu> {
  const own = await versionOf([PROGRAM], options.signal).catch(() => undefined);
  if (own !== undefined && majorVersion(own) >= FIRST_WITH_IGB) return { argv: [PROGRAM], version: own };
  const shelf = `${options.cacheDir}/qemu`;
  const key = createHash('sha256')
    .update(JSON.stringify([RECIPE, sources.backports]))
    .digest('hex')
    .slice(0, 16);
  const place = await inWorkFolder(shelf, (work) =>
    keptFolder(shelf, key, () => {
      options.onProgress?.('fetching a QEMU with SR-IOV from backports');
      return unpack(work, sources.backports, options.signal);
    }),
  );
  const argv = unpackedArgv(place);
  const version = await versionOf(argv, options.signal);
  if (majorVersion(version) >= FIRST_WITH_IGB) return { argv, version };
  throw new HotnicError('lab-qemu-unusable', `the lab needs QEMU ${FIRST_WITH_IGB} or later for SR-IOV`, {
    seen: `this machine has ${own ?? 'none'}, backports have ${version}`,
  });
}

/** The first number of what `qemu --version` says; 0 when it says none. */
export function majorVersion(text: string): number {
  return Number(/version (\d+)\./.exec(text)?.[1] ?? 0);
}

const PROGRAM = 'qemu-system-x86_64';
const FIRST_WITH_IGB = 8;
const RECIPE = 1;
const PACKAGES = ['qemu-system-x86', 'qemu-system-common', 'qemu-system-data'];

async function unpack(work: string, source: string, signal?: AbortSignal): Promise<string> {
  await mkdir(`${work}/lists/partial`, { recursive: true });
  await mkdir(`${work}/archives/partial`, { recursive: true });
  await writeFile(`${work}/status`, '');
  await writeFile(`${work}/sources.list`, `${source}\n`);
  const own = {
    'Dir::Etc::sourcelist': `${work}/sources.list`,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': `${work}/lists`,
  };
  const options = Object.entries(own).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = ['env', `--chdir=${work}/archives`, 'apt-get', ...aptSettings(work), ...options];
  await runCommand([...apt, 'update'], { signal, timeoutMs: 300_000 });
  await runCommand([...apt, 'download', ...PACKAGES], { signal, timeoutMs: 600_000 });
  for (const file of (await readdir(`${work}/archives`)).filter((name) => name.endsWith('.deb')))
    await runCommand(['dpkg-deb', '-x', `${work}/archives/${file}`, `${work}/qemu`], { signal });
  return `${work}/qemu`;
}

// Its firmware is its own; SeaBIOS and the libraries are those that the installed QEMU brought.
function unpackedArgv(place: string): readonly string[] {
  const folders = [`${place}/usr/share/qemu`, '/usr/share/seabios', '/usr/share/qemu'];
  return [
    ...['env', `QEMU_MODULE_DIR=${place}/usr/lib/x86_64-linux-gnu/qemu`, `${place}/usr/bin/${PROGRAM}`],
    ...folders.flatMap((folder) => ['-L', folder]),
  ];
}

async function versionOf(argv: readonly string[], signal?: AbortSignal): Promise<string> {
  return (await runCommand([...argv, '--version'], { signal })).split('\n')[0] ?? '';
}
