import { readFile } from 'node:fs/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';

/** Where this machine takes Debian from. */
export interface DebianSources {
  /** "bookworm". */
  readonly suite: string;
  /** Lines of a sources.list: the suite itself, its updates and security, main alone. */
  readonly lines: readonly string[];
  /** The line of the suite's backports on the same mirror, whether or not the machine uses them. */
  readonly backports: string;
}

/**
 * Reads the machine's own apt configuration, so that no mirror is named here.
 * @throws HotnicError `lab-system-unsupported` on another system than Debian, `lab-packages-unknown` without lists
 */
export async function debianSources(signal?: AbortSignal): Promise<DebianSources> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const suite = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(release)?.[1];
  if (!/^ID="?debian"?$/m.test(release) || suite === undefined)
    throw new HotnicError('lab-system-unsupported', 'the hypervisor lab is built on Debian, from Debian', {
      next: 'use a machine or a container with Debian 12; hotnic lab up without --hypervisor works here',
    });
  const format = ['ORIGIN', 'CODENAME', 'COMPONENT', 'REPO_URI', 'RELEASE', 'SIGNED_BY']
    .map((name) => `$(${name})`)
    .join('|');
  const text = await runCommand(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'], {
    signal,
  });
  return parseIndexTargets(text, suite);
}

/** Picks the sources of Debian's `suite` out of lines `ORIGIN|CODENAME|COMPONENT|URI|RELEASE|KEYRING`. */
export function parseIndexTargets(text: string, suite: string): DebianSources {
  const lines = new Set<string>();
  let backports: string | undefined;
  for (const line of text.split('\n')) {
    const [origin, codename, component, uri, release = '', keyring = ''] = line.split('|');
    if (origin !== 'Debian' || component !== 'main' || uri === undefined) continue;
    // Where no key ring is set, apt leaves the name of the field as it is.
    const source = (from: string) =>
      `deb ${keyring.startsWith('/') ? `[signed-by=${keyring}] ` : ''}${uri} ${from} main`;
    if (codename === suite) backports = source(`${suite}-backports`);
    if ([suite, `${suite}-updates`, `${suite}-security`].includes(codename ?? '')) lines.add(source(release));
  }
  if (backports === undefined)
    throw new HotnicError('lab-packages-unknown', `apt's lists have no Debian ${suite}`, {
      next: 'apt-get update',
    });
  return { suite, lines: [...lines].sort(), backports };
}
