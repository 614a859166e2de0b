import type { Hypervisor } from '../hypervisor/open.js';
import { askOnce, type FindAccess } from '../operations/ghosts/guest-sessions.js';
import type { ScanOptions } from '../operations/ghosts/scan-options.js';
import { usageError } from '../errors/hotnic-error.js';
import type { OptionSpec, ParsedArgs } from './command.js';
import type { CliContext } from './context.js';
import { endpointSources } from './endpoint-sources.js';
import { journalFacts } from './journal-facts.js';
import { guestAccess, secondsOption } from './open-guest.js';

/** Options of every command that looks for ghosts. */
export const SCAN_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  qemu: {
    type: 'boolean',
    describe:
      'ask QEMU itself about every domain; libvirt marks them as tainted. Without it, only where a ghost is suspected',
  },
  'no-qemu': { type: 'boolean', describe: 'never ask QEMU itself' },
  'allow-live-only': {
    type: 'boolean',
    describe: 'NICs that are in the running definition alone are meant to be',
  },
  guests: { type: 'string', placeholder: 'COUNT', describe: 'guests asked at the same time (default: 16)' },
  'guest-timeout': {
    type: 'string',
    placeholder: 'SECONDS',
    describe: 'how long one guest may take (default: 30)',
  },
};

/** What to scan and how, from the command line. */
export function scanOptions(
  args: ParsedArgs,
  context: CliContext,
  hypervisor: Hypervisor,
  domains: readonly string[],
): ScanOptions {
  const access = findAccess(args, context, hypervisor);
  const { removalRequests } = journalFacts(args, context);
  return {
    hypervisor,
    domains,
    askGuest: access && askOnce(access),
    guestsAtOnce: countOption(args, 'guests') ?? 16,
    guestTimeoutMs: secondsOption(args, 'guest-timeout') ?? 30_000,
    host: 'whole',
    qemu: qemuOption(args),
    allowLiveOnly: args.flag('allow-live-only'),
    removalRequests,
    signal: context.signal,
    onDomain: progressOf(context),
    onProblem: (text) => {
      context.out.info(text);
    },
  };
}

/** How guests are reached; null with `--guest-channel none`. */
export function findAccess(args: ParsedArgs, context: CliContext, hypervisor: Hypervisor): FindAccess | null {
  if (args.text('guest-channel') === 'none') return null;
  return (domain) => guestAccess(args, context, domain, endpointSources(hypervisor, domain));
}

/** The domains that were named; all without a name. Throws a usage error for names beside `--all`. */
export function domainWords(args: ParsedArgs): readonly string[] {
  const names = args.list('domain');
  if (args.flag('all') && names.length > 0)
    throw usageError('domain-conflict', '--all cannot be combined with names', 'leave --all out');
  return names;
}

export const ALL_OPTION: Readonly<Record<string, OptionSpec>> = {
  all: { type: 'boolean', describe: 'every domain; the same as naming none' },
};

function qemuOption(args: ParsedArgs): ScanOptions['qemu'] {
  if (args.flag('qemu') && args.flag('no-qemu'))
    throw usageError('qemu-conflict', '--qemu cannot be combined with --no-qemu', 'leave one of them out');
  return args.flag('qemu') ? 'always' : args.flag('no-qemu') ? 'never' : 'suspected';
}

function countOption(args: ParsedArgs, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const count = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1)
    throw usageError(
      'number-invalid',
      `--${name} takes a number from 1 to 9999, not ${JSON.stringify(text)}`,
      `--${name} 16`,
    );
  return count;
}

// Below this a scan is over before a person could read the line.
const WORTH_TELLING = 8;

function progressOf(context: CliContext): (done: number, of: number) => void {
  const progress = context.out.progress();
  const since = Date.now();
  return (done, of) => {
    if (of >= WORTH_TELLING && done < of)
      progress.waiting(`${of} domains, ${done} done`, since, Number.POSITIVE_INFINITY);
  };
}
