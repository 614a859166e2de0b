import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { CONNECT_OPTIONS, OUTPUT_OPTIONS } from '../shared-options.js';

/** `hotnic nodedev list`. */
export const nodedevList: CommandSpec = {
  name: 'nodedev list',
  describe: 'PCI network functions of the host: driver, group, who uses them, what is wrong',
  positionals: [],
  options: { ...CONNECT_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [
    ['hotnic nodedev list', 'a table'],
    ['hotnic nodedev list --json', 'with all that is known, for a program'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ hypervisorFor }, { listNodedevs }, { nodedevListText, nodedevListDocument }] = await Promise.all(
      [
        import('../open-hypervisor.js'),
        import('../../operations/nodedev/list.js'),
        import('../nodedev-list-text.js'),
      ],
    );
    await using hypervisor = await hypervisorFor(args, context);
    const found = await listNodedevs(hypervisor, context.signal);
    for (const domain of found.unreadable)
      context.out.warn(`${domain} could not be read: a function of it may look unused`);
    context.out.document('hotnic.nodedev-list/1', nodedevListDocument(found));
    context.out.text(nodedevListText(found));
    return EXIT.done;
  },
};
