import type { CommandSpec } from '../command.js';
import {
  changeNodedevFrom,
  DEVICE,
  FORCE_OPTIONS,
  NODEDEV_OPTIONS,
  RESET_OPTIONS,
} from '../nodedev-change.js';

/** `hotnic nodedev reset DEVICE`. */
export const nodedevReset: CommandSpec = {
  name: 'nodedev reset',
  describe: 'reset a PCI function and look whether that has happened',
  positionals: DEVICE,
  options: { ...RESET_OPTIONS, ...FORCE_OPTIONS, ...NODEDEV_OPTIONS },
  examples: [
    ['hotnic nodedev reset 0000:03:00.0 --method flr', 'by a function level reset alone'],
    ['hotnic nodedev reset pci_0000_03_00_0 --dry-run', 'show the steps, change nothing'],
  ],
  run: (args, context) => changeNodedevFrom(args, context, 'reset'),
};
