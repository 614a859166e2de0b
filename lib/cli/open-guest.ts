import type { SshChannel } from '../channel/index.js';
import { HotnicError, usageError } from '../errors/hotnic-error.js';
import type { GuestAccess } from '../operations/guest-session.js';
import type { ParsedArgs } from './command.js';
import { guestEntry, type GuestEntry } from './config-file.js';
import type { CliContext } from './context.js';
import { sshEnvironment } from './ssh-environment.js';

/** Where an endpoint that nobody typed comes from, in the order in which they are asked. */
export interface EndpointSources {
  /** `hotnic guest set-endpoint` stored it in the domain's metadata; null when it did not. */
  metadata(): Promise<string | null>;
  /** Addresses that libvirt knows: leases, the guest agent. */
  addresses(): Promise<readonly string[]>;
  /** The connection to a hypervisor that is another machine; null for this one. */
  readonly hypervisor: SshChannel | null;
}

interface Entry extends GuestEntry {
  /** libvirt knows the address, nobody said that it can be reached from here. */
  readonly found?: true;
}

/**
 * Addresses on the hypervisor's own networks, and its loopback, are reached from there, over the connection that there
 * is already. A jump host that was named is the user's own word.
 */
function isOnlyThere(host: string, { found, jump }: Entry): boolean {
  return jump === undefined && (found === true || host === 'localhost' || /^127\.|^::1$/.test(host));
}

/**
 * How the guest is reached: --ssh, the domain's metadata, the configuration file, an address libvirt knows. Null with
 * `--guest-channel none`.
 */
export function guestAccess(
  args: ParsedArgs,
  context: CliContext,
  domain: string,
  sources: EndpointSources,
): GuestAccess | null {
  if (args.text('guest-channel') === 'none') return null;
  let label = args.text('ssh') ?? domain;
  return {
    get label() {
      return label;
    },
    async open(signal) {
      const entry = await findEntry(args, context, domain, sources);
      label = entry.ssh;
      const { parseSshTarget, sshChannel } = await import('../channel/index.js');
      const endpoint = {
        ...parseSshTarget(entry.ssh),
        ...(entry.identity.length > 0 ? { identity: entry.identity } : {}),
        ...(entry.knownHosts.length > 0 ? { knownHosts: entry.knownHosts } : {}),
        ...(entry.jump === undefined ? {} : { jump: entry.jump }),
      };
      const through = isOnlyThere(endpoint.host, entry) ? sources.hypervisor : null;
      return await sshChannel(endpoint, {
        environment: sshEnvironment(context),
        signal,
        ...(through === null ? {} : { through }),
      });
    },
  };
}

async function findEntry(
  args: ParsedArgs,
  context: CliContext,
  domain: string,
  sources: EndpointSources,
): Promise<Entry> {
  const given = {
    identity: args.list('identity'),
    knownHosts: args.list('known-hosts'),
    ...(args.text('jump') === undefined ? {} : { jump: args.text('jump') ?? '' }),
  };
  const typed = args.text('ssh');
  if (typed !== undefined) return { ssh: typed, ...given };
  const stored = await sources.metadata();
  if (stored !== null) return { ssh: stored, ...given };
  const configured = await guestEntry(context, domain);
  if (configured)
    return {
      ...configured,
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value.length > 0)),
    };
  const [address] = await sources.addresses();
  if (address !== undefined)
    return { ssh: address.includes(':') ? `[${address}]` : address, ...given, found: true };
  throw new HotnicError('guest-endpoint-unknown', `nobody has said where ${domain} answers SSH`, {
    why: 'there is no --ssh, no endpoint in the domain’s metadata or the configuration file, and libvirt knows no address of it',
    state: 'nothing was changed',
    next: `add --ssh USER@HOST[:PORT]; or --guest-channel none to go without the guest's proof`,
  });
}

/** Seconds as they are typed, in ms. Throws a usage error for anything but a number from 0 to a day. */
export function secondsOption(args: ParsedArgs, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const seconds = /^[0-9]{1,5}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(seconds <= 86_400))
    throw usageError(
      'number-invalid',
      `--${name} takes seconds from 0 to 86400, not ${JSON.stringify(text)}`,
      `--${name} 30`,
    );
  return seconds * 1000;
}
