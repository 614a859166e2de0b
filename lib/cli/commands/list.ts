import { EXIT, isHotnicError, type ExitCode } from '../../errors/hotnic-error.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { GuestAnswer } from '../../operations/read-nics.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { CONNECT_OPTIONS, GUEST_OPTIONS, OUTPUT_OPTIONS } from '../shared-options.js';

/** `hotnic list [DOMAIN…]`. */
export const list: CommandSpec = {
  name: 'list',
  describe: 'every NIC with its state in each plane and its verdict',
  positionals: [{ name: 'domain', describe: 'names or UUIDs; all domains without one', multiple: true }],
  options: { ...CONNECT_OPTIONS, ...GUEST_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [
    ['hotnic list web1', 'ask libvirt, the host and the guest'],
    ['hotnic list --guest-channel none', 'all domains, without asking the guests'],
    ['hotnic list web1 --json', 'with all evidence, for a program'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ hypervisorFor }, { readNics }, { findDomain, viewDomain }] = await Promise.all([
      import('../open-hypervisor.js'),
      import('../../operations/read-nics.js'),
      import('../../hypervisor/domain-view.js'),
    ]);
    await using hypervisor = await hypervisorFor(args, context, {
      readOnly: args.text('guest-channel') === 'none',
    });
    const names = args.list('domain');
    const domains =
      names.length > 0
        ? await Promise.all(names.map((name) => findDomain(hypervisor.act, name)))
        : await hypervisor.act.listAllDomains();
    const views = await Promise.all(domains.map((domain) => viewDomain(domain)));
    const results = await Promise.all(
      views.map(
        async (view) =>
          await readNics(
            view,
            hypervisor.host,
            await askGuest(view, hypervisor, args, context),
            context.signal,
          ),
      ),
    );
    const sorted = results.sort((a, b) => (a.domain < b.domain ? -1 : 1));
    const { listText } = await import('../list-text.js');
    context.out.document('hotnic.list/1', { domains: sorted });
    context.out.text(listText(sorted));
    return EXIT.done;
  },
};

/** The guest's answer, or why there is none: an unreachable guest does not fail the list, it leaves NICs unknown. */
async function askGuest(
  view: DomainView,
  hypervisor: Hypervisor,
  args: ParsedArgs,
  context: CliContext,
): Promise<GuestAnswer> {
  if (args.text('guest-channel') === 'none') return { probe: null, state: 'not-asked', why: 'not asked' };
  if (!view.active) return { probe: null, state: 'absent', why: 'the domain is shut off' };
  if (view.paused) return { probe: null, state: 'unreadable', why: 'the domain is paused' };
  const [{ guestAccess }, { endpointSources }, { openGuest }] = await Promise.all([
    import('../open-guest.js'),
    import('../endpoint-sources.js'),
    import('../../operations/guest-session.js'),
  ]);
  try {
    const access = guestAccess(args, context, view.name, endpointSources(hypervisor, view.name));
    if (!access) return { probe: null, state: 'not-asked', why: 'not asked' };
    await using guest = await openGuest(access, context.signal);
    return { probe: guest.probe };
  } catch (error) {
    if (context.signal.aborted || (isHotnicError(error) && error.exitCode === EXIT.usage)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    context.out.info(
      `${view.name}: the guest could not be asked: ${why}${isHotnicError(error) && error.details.next !== undefined ? `\n  next: ${error.details.next}` : ''}`,
    );
    return { probe: null, state: 'unreadable', why };
  }
}
