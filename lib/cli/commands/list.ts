import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { halfDoneLines } from '../journal-facts.js';
import { CONNECT_OPTIONS, GUEST_OPTIONS, OUTPUT_OPTIONS, STATE_OPTIONS } from '../shared-options.js';

/** `hotnic list [DOMAIN…]`. */
export const list: CommandSpec = {
  name: 'list',
  describe: 'every NIC with its state in each plane and its verdict',
  positionals: [{ name: 'domain', describe: 'names or UUIDs; all domains without one', multiple: true }],
  options: { ...CONNECT_OPTIONS, ...GUEST_OPTIONS, ...STATE_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [
    ['hotnic list web1', 'ask libvirt, the host and the guest'],
    ['hotnic list --guest-channel none', 'all domains, without asking the guests'],
    ['hotnic list web1 --json', 'with all evidence, for a program'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ hypervisorFor }, { scan }, { scanOptions }, { listText }] = await Promise.all([
      import('../open-hypervisor.js'),
      import('../../operations/ghosts/scan.js'),
      import('../scan-command.js'),
      import('../list-text.js'),
    ]);
    await using hypervisor = await hypervisorFor(args, context, {
      readOnly: args.text('guest-channel') === 'none',
    });
    const found = await scan({
      ...scanOptions(args, context, hypervisor, args.list('domain')),
      host: 'targets',
      qemu: 'never',
    });
    const domains = found.domains.map(({ domain, readings, nics }) => ({ domain, readings, nics }));
    for (const { domain, why } of found.unreadable) context.out.warn(`${domain} could not be read: ${why}`);
    context.out.document('hotnic.list/1', { domains });
    context.out.text(listText(domains));
    for (const line of await halfDoneLines(args, context)) context.out.info(line);
    return EXIT.done;
  },
};
