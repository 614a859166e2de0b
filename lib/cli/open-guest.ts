import type { AskAgent, Channel, SshChannel } from '../channel/index.js';
import { HotnicError, isHotnicError, usageError } from '../errors/hotnic-error.js';
import type { GuestAccess } from '../operations/guest-session.js';
import type { ParsedArgs } from './command.js';
import { guestEntry, type GuestEntry } from './config-file.js';
import type { CliContext } from './context.js';
import { openSsh } from './open-ssh.js';

/** Where an endpoint that nobody typed comes from, in the order in which they are asked. */
export interface EndpointSources {
  /** `hotnic guest set-endpoint` stored it in the domain's metadata; null when it did not. */
  metadata(): Promise<string | null>;
  /** Addresses that libvirt knows: leases, the guest agent. */
  addresses(): Promise<readonly string[]>;
  /** The guest's agent, through libvirt; not asked yet. */
  agent(): Promise<AskAgent>;
  /** The connection to a hypervisor that is another machine; null for this one. */
  readonly hypervisor: SshChannel | null;
}

interface Entry extends GuestEntry {
  /** libvirt knows the address, nobody said that it can be reached from here. */
  readonly found?: true;
}

/**
 * How the guest is reached: --ssh, the domain's metadata, the configuration file, an address libvirt knows; where none
 * of them is known, or only an address that answers no SSH, the guest agent if it runs commands. Null with `--guest-channel none`.
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
      const byAgent = async (): Promise<Channel> => {
        const { agentChannel } = await import('../channel/index.js');
        label = `the guest agent of ${domain}`;
        return await agentChannel(await sources.agent(), label);
      };
      const channel = args.text('guest-channel');
      if (channel === 'agent') return await byAgent();
      let entry: Entry | undefined;
      try {
        entry = await findEntry(args, context, domain, sources);
        label = entry.ssh;
        return await openSsh(entry, context, signal, sources.hypervisor);
      } catch (error) {
        if (channel === 'ssh' || !leadsNowhere(error, entry)) throw error;
        const { agentCanRun } = await import('../channel/index.js');
        if (!(await agentCanRun(await sources.agent(), signal))) throw error;
        return await byAgent();
      }
    },
  };
}

/** Nobody has said how the guest is reached, and an address that libvirt knows, if there is one, answers no SSH. */
function leadsNowhere(error: unknown, entry: Entry | undefined): boolean {
  if (isHotnicError(error, 'guest-endpoint-unknown')) return true;
  const silent = isHotnicError(error, 'ssh-unreachable') || isHotnicError(error, 'ssh-refused');
  return silent && entry?.found === true;
}

/** What was typed of an SSH endpoint beside its address. */
export function typedEndpoint(args: ParsedArgs): Omit<GuestEntry, 'ssh'> {
  return {
    identity: args.list('identity'),
    knownHosts: args.list('known-hosts'),
    ...(args.text('jump') === undefined ? {} : { jump: args.text('jump') ?? '' }),
  };
}

async function findEntry(
  args: ParsedArgs,
  context: CliContext,
  domain: string,
  sources: EndpointSources,
): Promise<Entry> {
  const given = typedEndpoint(args);
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
    next: `add --ssh USER@HOST[:PORT]; or --guest-channel agent where the guest runs its agent; or --guest-channel none to go without the guest's proof`,
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
