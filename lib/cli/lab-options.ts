import type { OptionSpec } from './command.js';

/** Which lab. */
export const LAB_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  name: {
    type: 'string',
    placeholder: 'NAME',
    describe: 'name of the lab; labs of other names stand beside it (default: lab)',
  },
};
