import type { DomainView } from '../hypervisor/domain-view.js';

/** What the domains of a hypervisor say is theirs. */
export interface HostClaims {
  /** Host devices that a definition names, running or persistent, or hands to QEMU (`ifname=`). */
  readonly devices: ReadonlySet<string>;
  /** Ports of networks that a running definition names. */
  readonly ports: ReadonlySet<string>;
  /** UUIDs of all domains, and of those that run. */
  readonly domains: ReadonlySet<string>;
  readonly running: ReadonlySet<string>;
  /** Names of the domains that run. */
  readonly runningNames: ReadonlySet<string>;
  /** False where the definition of some domain could not be read: anything may be its own then. */
  readonly complete: boolean;
}

/**
 * Gathers the claims of all domains.
 * @param complete false where the definition of some domain could not be read
 */
export function claimsOf(views: readonly DomainView[], complete = true): HostClaims {
  const running = views.filter(({ active }) => active);
  const nics = views.flatMap(({ live, config }) => [
    ...(live?.interfaces ?? []),
    ...(config?.interfaces ?? []),
  ]);
  return {
    devices: new Set([
      ...nics.flatMap(({ target }) => target ?? []),
      ...views.flatMap(({ live, config }) => [
        ...ifnames(live?.qemuArguments ?? []),
        ...ifnames(config?.qemuArguments ?? []),
      ]),
    ]),
    ports: new Set(
      running.flatMap(({ live }) =>
        (live?.interfaces ?? []).flatMap(({ source }) => source['portid']?.toLowerCase() ?? []),
      ),
    ),
    domains: new Set(views.map(({ uuid }) => uuid.toLowerCase())),
    running: new Set(running.map(({ uuid }) => uuid.toLowerCase())),
    runningNames: new Set(running.map(({ name }) => name)),
    complete,
  };
}

function ifnames(args: readonly string[]): readonly string[] {
  return args.flatMap((arg) => [...arg.matchAll(/\bifname=([^,\s]+)/g)].map((match) => match[1] ?? ''));
}
