import { usageError, type ExitCode } from '../errors/hotnic-error.js';
import type { NodedevOperation } from '../operations/nodedev/planned-acts.js';
import type { CommandSpec, OptionSpec, ParsedArgs } from './command.js';
import { stateDir, type CliContext } from './context.js';
import { CONNECT_OPTIONS, OUTPUT_OPTIONS, RUN_OPTIONS } from './shared-options.js';

/** The function that a command is about. */
export const DEVICE: CommandSpec['positionals'] = [
  {
    name: 'device',
    describe: 'the PCI function: 0000:03:00.0, 03:00.0 or pci_0000_03_00_0',
    required: true,
  },
];

/** What every command that changes a function takes. */
export const NODEDEV_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  'whole-group': { type: 'boolean', describe: 'all functions of its IOMMU group' },
  ...CONNECT_OPTIONS,
  ...RUN_OPTIONS,
  ...OUTPUT_OPTIONS,
};

/** What may be taken from the host. */
export const FORCE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  force: {
    type: 'boolean',
    describe: 'also one with addresses of the host, or that is a port of a bridge or bond',
  },
  'force-default-route': { type: 'boolean', describe: 'also one that the host’s default route goes over' },
};

/** How a function is reset. */
export const RESET_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  method: {
    type: 'string',
    placeholder: 'METHOD',
    describe:
      'reset in this way alone: flr, pm, bus, … (default: the kernel’s order, until one is seen to work)',
  },
};

// A detach takes up to 1.4 s, a reset 0.7 s, a reattach 1.3 s in an emulated machine (measured); a NIC's firmware longer.
const DEFAULT_TIMEOUT_MS = 30_000;

/** Runs one operation on what was named, and shows how it ended. */
export async function changeNodedevFrom(
  args: ParsedArgs,
  context: CliContext,
  operation: NodedevOperation,
): Promise<ExitCode> {
  const [{ changeNodedev }, { hypervisorFor }, { secondsOption }, { openJournal }, { showReport }] =
    await Promise.all([
      import('../operations/nodedev/change.js'),
      import('./open-hypervisor.js'),
      import('./open-guest.js'),
      import('../journal/write.js'),
      import('./report-text.js'),
    ]);
  const timeoutMs = secondsOption(args, 'timeout') ?? DEFAULT_TIMEOUT_MS;
  const dir = stateDir(context, args.text('state-dir'));
  const device = args.text('device') ?? '';
  if (device === '') throw usageError('function-name', 'which function?', 'hotnic nodedev list shows them');
  await using hypervisor = await hypervisorFor(args, context);
  let journal: ReturnType<typeof openJournal> | undefined;
  try {
    const report = await changeNodedev({
      hypervisor,
      operation,
      device,
      wholeGroup: args.flag('whole-group'),
      force: { addresses: args.flag('force'), defaultRoute: args.flag('force-default-route') },
      resetMethod: args.text('method') ?? null,
      timeoutMs,
      lockWaitMs: secondsOption(args, 'lock-wait') ?? timeoutMs,
      stateDir: dir,
      dryRun: args.flag('dry-run'),
      recorder: () => (journal ??= openJournal(dir, context.version)),
      signal: context.signal,
      progress: context.out.progress(),
    });
    return showReport(report, context.out);
  } finally {
    journal?.[Symbol.dispose]();
  }
}
