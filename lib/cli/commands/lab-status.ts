import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { LAB_OPTIONS } from '../lab-options.js';
import { labText } from '../lab-text.js';
import { OUTPUT_OPTIONS } from '../shared-options.js';

/** `hotnic lab status`. */
export const labStatusCommand: CommandSpec = {
  name: 'lab status',
  describe: 'show whether the lab is up, and its guests',
  positionals: [],
  options: { ...LAB_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [['hotnic lab status --json', 'ports, keys and URI for a program']],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const { labStatus } = await import('../../lab/index.js');
    const status = await labStatus({ name: args.text('name'), signal: context.signal });
    context.out.document('hotnic.lab/1', { up: status !== null, ...status });
    context.out.text(status === null ? 'the lab is down; hotnic lab up brings it up' : labText(status));
    return EXIT.done;
  },
};
