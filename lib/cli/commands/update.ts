import { usageError, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import {
  AFFECT_OPTIONS,
  CONNECT_OPTIONS,
  DRY_RUN_OPTIONS,
  LOCK_OPTIONS,
  OUTPUT_OPTIONS,
  STATE_OPTIONS,
} from '../shared-options.js';

/** `hotnic update DOMAIN NIC`. */
export const update: CommandSpec = {
  name: 'update',
  describe: 'change a NIC in place: its link, its source, its bandwidth',
  positionals: [
    { name: 'domain', describe: 'name or UUID of the domain', required: true },
    { name: 'nic', describe: 'MAC, alias, host target or PCI address', required: true },
  ],
  options: {
    link: { type: 'string', choices: ['up', 'down'], describe: 'link state' },
    source: {
      type: 'string',
      placeholder: 'NAME',
      describe: 'another network, bridge or device of the same type',
    },
    inbound: {
      type: 'string',
      placeholder: 'AVERAGE[,PEAK[,BURST[,FLOOR]]]',
      describe: 'limit what the guest receives, in KiB/s; 0: no limit',
    },
    outbound: {
      type: 'string',
      placeholder: 'AVERAGE[,PEAK[,BURST]]',
      describe: 'limit what the guest sends, in KiB/s; 0: no limit',
    },
    bandwidth: { type: 'string', placeholder: 'AVERAGE[,PEAK[,BURST]]', describe: 'both at once' },
    ...CONNECT_OPTIONS,
    ...AFFECT_OPTIONS,
    ...LOCK_OPTIONS,
    ...DRY_RUN_OPTIONS,
    ...STATE_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['hotnic update web1 net1 --link down', 'pull the cable'],
    ['hotnic update web1 52:54:00:12:34:56 --bandwidth 1024,2048', 'in both definitions'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ update: updateNic }, { changeOptions }, { interfaceChanges }, { showReport }] =
      await Promise.all([
        import('../../operations/update/update.js'),
        import('../change-options.js'),
        import('../interface-changes.js'),
        import('../report-text.js'),
      ]);
    const { changes, source } = interfaceChanges(args);
    if (source === null && Object.keys(changes).length === 0)
      throw usageError(
        'nothing-to-change',
        'what shall be changed?',
        'hotnic update DOMAIN NIC --link down; --help lists the others',
      );
    await using options = await changeOptions(args, context);
    return showReport(
      await updateNic({ ...options, nic: args.text('nic') ?? '', changes, source }),
      context.out,
    );
  },
};
