import { mkdir, writeFile } from 'node:fs/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';

/** One archive that apt would fetch. */
export interface ResolvedPackage {
  readonly name: string;
  /** The archive's name: package, version and architecture, which an archive of packages never uses twice. */
  readonly file: string;
}

/**
 * Asks apt which archives make up `packages` with all they depend on, from the machine's own sources and lists, as on
 * a machine that has nothing installed. Nothing is fetched; `dir` gets apt's empty package state.
 * @throws HotnicError `lab-packages-unknown` when the machine's package lists do not have them.
 */
export async function resolvePackages(
  dir: string,
  packages: readonly string[],
  signal?: AbortSignal,
): Promise<readonly ResolvedPackage[]> {
  await mkdir(`${dir}/archives/partial`, { recursive: true });
  await writeFile(`${dir}/status`, '');
  const argv = ['apt-get', ...aptSettings(dir), '--print-uris', 'install', ...packages];
  const output = await runCommand(argv, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw listsMissing(error);
  });
  return parseUris(output);
}

/** Fetches resolved archives into the folder `into`; apt checks them against its signed lists. */
export async function fetchPackages(
  dir: string,
  packages: readonly ResolvedPackage[],
  into: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(into, { recursive: true });
  const apt = ['apt-get', ...aptSettings(dir), 'download', ...packages.map(({ name }) => name)];
  await runCommand(['env', `--chdir=${into}`, ...apt], { signal, timeoutMs: 900_000 });
}

/** Reads the lines `'URI' FILE SIZE DIGEST` (the digest may be missing) of `apt-get --print-uris`, in the order of their names. */
export function parseUris(output: string): readonly ResolvedPackage[] {
  const packages: ResolvedPackage[] = [];
  for (const line of output.split('\n')) {
    const [, file, name] = /^'[^']+' (([a-z0-9][a-z0-9.+-]*)_\S+\.deb) \d+\b/.exec(line.trim()) ?? [];
    if (file !== undefined && name !== undefined) packages.push({ name, file });
  }
  return packages.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The options that give apt a package state of its own in `dir`, so that the machine's is neither asked nor changed. */
export function aptSettings(dir: string): readonly string[] {
  const values = {
    'Dir::State::status': `${dir}/status`,
    'Dir::State::extended_states': `${dir}/extended_states`,
    'Dir::Cache::archives': `${dir}/archives`,
    // apt would otherwise replace the machine's package cache by one that suits the empty state.
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
    'APT::Get::Assume-Yes': 'true',
    'Acquire::Retries': '3',
  };
  return ['-q', ...Object.entries(values).flatMap(([key, value]) => ['-o', `${key}=${value}`])];
}

function listsMissing(error: unknown): HotnicError {
  const seen = error instanceof HotnicError ? error.details.seen : undefined;
  return new HotnicError(
    'lab-packages-unknown',
    "the machine's package lists lack what the lab's guests are made from",
    {
      attempted: 'resolve the packages of a lab guest',
      ...(seen === undefined ? {} : { seen }),
      next: 'apt-get update',
      cause: error,
    },
  );
}
