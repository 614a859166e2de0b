import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import { cacheDir, type CliContext } from '../context.js';
import { LAB_OPTIONS } from '../lab-options.js';
import { labText } from '../lab-text.js';
import { OUTPUT_OPTIONS } from '../shared-options.js';

/** `hotnic lab up`. */
export const labUpCommand: CommandSpec = {
  name: 'lab up',
  describe: 'bring up the lab: a private libvirtd with three real guests, in namespaces of their own',
  positionals: [],
  options: {
    ...LAB_OPTIONS,
    hypervisor: {
      type: 'boolean',
      describe: 'one machine that is itself a hypervisor, with an IOMMU, SR-IOV and functions to hand out',
    },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['hotnic lab up', 'about 15 s once the image is built'],
    ['hotnic lab shell -- hotnic list', 'use it'],
    ['hotnic lab up --hypervisor --name outer', 'a hypervisor in a guest: docs/lab.md'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const { labUp } = await import('../../lab/index.js');
    const status = await labUp({
      name: args.text('name'),
      hypervisor: args.flag('hypervisor'),
      cacheDir: cacheDir(context),
      signal: context.signal,
      onProgress: (text) => {
        context.out.info(text);
      },
    });
    context.out.document('hotnic.lab/1', { up: true, ...status });
    const hint = args.flag('hypervisor')
      ? `hotnic lab ssh hypervisor    a shell in it, where hotnic is installed`
      : `hotnic lab shell    a shell inside, where hotnic finds the guests by itself`;
    context.out.text(`${labText(status)}\n\n${hint}`);
    return EXIT.done;
  },
};
