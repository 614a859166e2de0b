import { usageError } from '../errors/hotnic-error.js';
import type { GuestAccess } from '../operations/guest-session.js';
import type { OptionSpec, ParsedArgs, PositionalSpec } from './command.js';
import type { CliContext } from './context.js';
import { guestAccess, typedEndpoint } from './open-guest.js';
import { openSsh } from './open-ssh.js';
import { CONNECT_OPTIONS, GUEST_OPTIONS, OUTPUT_OPTIONS } from './shared-options.js';

/** TARGET of the `guest` commands. */
export const TARGET: PositionalSpec = {
  name: 'target',
  describe: 'a domain, or ssh://USER@HOST[:PORT] for any Linux machine',
  required: true,
};

/** The options of a command about one guest. */
export const TARGET_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  timeout: {
    type: 'string',
    placeholder: 'SECONDS',
    describe: 'how long the guest may take (default: 30)',
  },
  ...CONNECT_OPTIONS,
  ...GUEST_OPTIONS,
  ...OUTPUT_OPTIONS,
};

/** The guest that a command is about, and what has to be closed when it is done. */
export interface GuestTarget extends AsyncDisposable {
  /** As it was typed. */
  readonly name: string;
  readonly access: GuestAccess;
}

/**
 * What TARGET means: `ssh://…` is reached by SSH alone, and libvirt is not even loaded; anything else is a domain.
 * Throws usage errors for words that do not go together.
 */
export async function guestTarget(args: ParsedArgs, context: CliContext): Promise<GuestTarget> {
  const name = args.text('target') ?? '';
  if (args.text('guest-channel') === 'none')
    throw usageError('channel-none', 'this command asks the guest', 'leave --guest-channel none out');
  return name.startsWith('ssh://') ? sshTarget(name, args, context) : await domainTarget(name, args, context);
}

async function sshTarget(name: string, args: ParsedArgs, context: CliContext): Promise<GuestTarget> {
  for (const option of ['ssh', 'connect'])
    if (args.text(option) !== undefined)
      throw usageError(
        'target-conflict',
        `${name} is a machine, so --${option} says nothing`,
        `leave --${option} out`,
      );
  if (args.text('guest-channel') === 'agent')
    throw usageError(
      'target-conflict',
      'a guest agent is reached through a domain’s hypervisor, not by SSH',
      'name the domain, or leave --guest-channel out',
    );
  const { parseSshTarget } = await import('../channel/index.js');
  parseSshTarget(name);
  const entry = { ssh: name, ...typedEndpoint(args) };
  return {
    name,
    access: { label: name, open: (signal) => openSsh(entry, context, signal) },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function domainTarget(name: string, args: ParsedArgs, context: CliContext): Promise<GuestTarget> {
  const [{ hypervisorFor }, { endpointSources }, { findDomain }] = await Promise.all([
    import('./open-hypervisor.js'),
    import('./endpoint-sources.js'),
    import('../hypervisor/domain-view.js'),
  ]);
  const hypervisor = await hypervisorFor(args, context);
  const dispose = () => hypervisor[Symbol.asyncDispose]();
  try {
    // A domain that is not there is said to be so, whatever --ssh would reach.
    await findDomain(hypervisor.act, name);
    const access = guestAccess(args, context, name, endpointSources(hypervisor, name));
    if (access === null) throw usageError('channel-none', 'this command asks the guest');
    return { name, access, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
