import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import { compileLater } from '../compile-later.js';
import type { CliContext } from '../context.js';
import { halfDoneLines } from '../journal-facts.js';
import { ALL_OPTION, domainWords, SCAN_OPTIONS, scanOptions } from '../scan-command.js';
import { CONNECT_OPTIONS, GUEST_OPTIONS, OUTPUT_OPTIONS, STATE_OPTIONS } from '../shared-options.js';

/** `hotnic ghosts scan [DOMAIN…]`. */
export const ghostsScan: CommandSpec = {
  name: 'ghosts scan',
  describe: 'find ghosts: NICs on which the planes do not agree, and leftovers on the host',
  positionals: [{ name: 'domain', describe: 'names or UUIDs; all domains without one', multiple: true }],
  options: {
    ...ALL_OPTION,
    healthy: { type: 'boolean', describe: 'show also the NICs that are no ghosts' },
    ...SCAN_OPTIONS,
    ...CONNECT_OPTIONS,
    ...GUEST_OPTIONS,
    ...STATE_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['hotnic ghosts scan', 'every domain and the host; exit code 4 when there are ghosts'],
    ['hotnic ghosts scan web1 --qemu', 'one domain, with QEMU’s own word'],
    ['hotnic ghosts scan --guest-channel none --json', 'without asking the guests, for a program'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const domains = domainWords(args);
    if (domains.length === 0) compileLater();
    const [{ hypervisorFor }, { scan }, { ghostsOf }, { scanText, scanDocument }] = await Promise.all([
      import('../open-hypervisor.js'),
      import('../../operations/ghosts/scan.js'),
      import('../../operations/ghosts/findings.js'),
      import('../ghosts-scan-text.js'),
    ]);
    await using hypervisor = await hypervisorFor(args, context);
    const found = await scan(scanOptions(args, context, hypervisor, domains));
    if (context.out.json) context.out.document('hotnic.ghosts-scan/1', scanDocument(found));
    else context.out.text(scanText(found, args.flag('healthy')));
    for (const line of await halfDoneLines(args, context)) context.out.info(line);
    if (ghostsOf(found).length > 0) return EXIT.ghosts;
    // Nobody has looked at a domain whose definition could not be read: that is no clean scan.
    return found.unreadable.length > 0 || found.host.state === 'unreadable' ? EXIT.failed : EXIT.done;
  },
};
