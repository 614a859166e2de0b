import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { LAB_OPTIONS } from '../lab-options.js';
import { OUTPUT_OPTIONS } from '../shared-options.js';

/** `hotnic lab down`. */
export const labDownCommand: CommandSpec = {
  name: 'lab down',
  describe: 'take the lab down; nothing but the cached image is left',
  positionals: [],
  options: { ...LAB_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [['hotnic lab down', 'also after a crash: what is left of it is cleared away']],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const { labDown } = await import('../../lab/index.js');
    await labDown({
      name: args.text('name'),
      signal: context.signal,
      onProgress: (text) => {
        context.out.info(text);
      },
    });
    context.out.document('hotnic.lab/1', { up: false });
    context.out.text('the lab is down');
    return EXIT.done;
  },
};
