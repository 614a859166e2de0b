import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import type { ExitCode } from '../../errors/hotnic-error.js';
import {
  AFFECT_OPTIONS,
  CONNECT_OPTIONS,
  GUEST_OPTIONS,
  OUTPUT_OPTIONS,
  RUN_OPTIONS,
} from '../shared-options.js';

/** `hotnic detach DOMAIN NIC`. */
export const detach: CommandSpec = {
  name: 'detach',
  describe: 'take a NIC out of a domain and prove that it is gone',
  positionals: [
    { name: 'domain', describe: 'name or UUID of the domain', required: true },
    { name: 'nic', describe: 'MAC, alias, host target, guest interface name or PCI address', required: true },
  ],
  options: {
    ...CONNECT_OPTIONS,
    ...AFFECT_OPTIONS,
    ...GUEST_OPTIONS,
    'allow-management-nic': {
      type: 'boolean',
      describe: 'also the NIC that carries the SSH session to the guest',
    },
    ...RUN_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['hotnic detach web1 52:54:00:12:34:56', 'from both definitions and the guest, proved'],
    ['hotnic detach web1 net1 --dry-run', 'show the steps, change nothing'],
    ['hotnic detach web1 net1 --config', 'from the persistent definition alone'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const [{ detach: detachNic }, { changeOptions }, { showReport }] = await Promise.all([
      import('../../operations/detach/detach.js'),
      import('../change-options.js'),
      import('../report-text.js'),
    ]);
    await using options = await changeOptions(args, context);
    const report = await detachNic({
      ...options,
      nic: args.text('nic') ?? '',
      allowManagementNic: args.flag('allow-management-nic'),
    });
    return showReport(report, context.out);
  },
};
