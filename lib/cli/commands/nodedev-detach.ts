import type { CommandSpec } from '../command.js';
import { changeNodedevFrom, DEVICE, FORCE_OPTIONS, NODEDEV_OPTIONS } from '../nodedev-change.js';

/** `hotnic nodedev detach DEVICE`. */
export const nodedevDetach: CommandSpec = {
  name: 'nodedev detach',
  describe: 'take a PCI function from the host and give it to vfio-pci, proved',
  positionals: DEVICE,
  options: { ...FORCE_OPTIONS, ...NODEDEV_OPTIONS },
  examples: [
    ['hotnic nodedev detach 0000:03:00.0 --whole-group', 'with all functions of its IOMMU group'],
    ['hotnic nodedev detach pci_0000_03_00_0 --dry-run', 'show the steps, change nothing'],
  ],
  run: (args, context) => changeNodedevFrom(args, context, 'detach'),
};
