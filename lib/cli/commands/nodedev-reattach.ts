import type { CommandSpec } from '../command.js';
import { changeNodedevFrom, DEVICE, NODEDEV_OPTIONS } from '../nodedev-change.js';

/** `hotnic nodedev reattach DEVICE`. */
export const nodedevReattach: CommandSpec = {
  name: 'nodedev reattach',
  describe: 'give a PCI function back to its driver, and what it had on the host with it',
  positionals: DEVICE,
  options: { ...NODEDEV_OPTIONS },
  examples: [
    ['hotnic nodedev reattach 0000:03:00.0', 'wait for driver and netdev, put addresses and routes back'],
    ['hotnic nodedev reattach pci_0000_03_00_0 --dry-run', 'show the steps, change nothing'],
  ],
  run: (args, context) => changeNodedevFrom(args, context, 'reattach'),
};
