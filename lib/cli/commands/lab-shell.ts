import type { ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { LAB_OPTIONS } from '../lab-options.js';

/** `hotnic lab shell [-- COMMAND…]`. */
export const labShellCommand: CommandSpec = {
  name: 'lab shell',
  describe: 'a shell inside the lab, as on a hypervisor of its own; or one command',
  positionals: [{ name: 'command', describe: 'what to run, after --', multiple: true }],
  options: LAB_OPTIONS,
  examples: [
    [
      'hotnic lab shell -- hotnic attach lab-q35 --network default',
      'qemu:///system is the lab’s libvirtd there',
    ],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ onTerminal, runningLab }, { labExecArgv }] = await Promise.all([
      import('../lab-enter.js'),
      import('../../lab/index.js'),
    ]);
    const status = await runningLab(args.text('name'), context.signal);
    const command = args.list('command');
    return await onTerminal(
      labExecArgv(status, command.length > 0 ? command : [context.env['SHELL'] ?? '/bin/sh']),
    );
  },
};
