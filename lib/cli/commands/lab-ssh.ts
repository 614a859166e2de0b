import type { ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { LAB_OPTIONS } from '../lab-options.js';

/** `hotnic lab ssh GUEST [-- COMMAND…]`. */
export const labSshCommand: CommandSpec = {
  name: 'lab ssh',
  describe: 'a shell in a guest of the lab, or one command',
  positionals: [
    { name: 'guest', describe: 'name of the guest', required: true },
    { name: 'command', describe: 'what to run, after --', multiple: true },
  ],
  options: LAB_OPTIONS,
  examples: [['hotnic lab ssh lab-q35 -- ip -br link', 'what the guest sees']],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ onTerminal, runningLab }, { labSshArgv }] = await Promise.all([
      import('../lab-enter.js'),
      import('../../lab/index.js'),
    ]);
    const status = await runningLab(args.text('name'), context.signal);
    return await onTerminal(labSshArgv(status, args.text('guest') ?? '', args.list('command')));
  },
};
