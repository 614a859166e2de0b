import type { CommandSpec } from '../command.js';
import {
  changeNodedevFrom,
  DEVICE,
  FORCE_OPTIONS,
  NODEDEV_OPTIONS,
  RESET_OPTIONS,
} from '../nodedev-change.js';

/** `hotnic nodedev recover DEVICE`. */
export const nodedevRecover: CommandSpec = {
  name: 'nodedev recover',
  describe: 'detach, reset, reattach and restore a PCI function: the cure of one that did not come back',
  positionals: DEVICE,
  options: { ...RESET_OPTIONS, ...FORCE_OPTIONS, ...NODEDEV_OPTIONS },
  examples: [
    ['hotnic nodedev recover 0000:03:00.0', 'from wherever it is stuck to its driver'],
    ['hotnic nodedev recover pci_0000_03_00_0 --dry-run', 'show the steps, change nothing'],
  ],
  run: (args, context) => changeNodedevFrom(args, context, 'recover'),
};
