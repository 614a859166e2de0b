import { EXIT, usageError, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { SCAN_OPTIONS, scanOptions } from '../scan-command.js';
import { CONNECT_OPTIONS, GUEST_OPTIONS, OUTPUT_OPTIONS, STATE_OPTIONS } from '../shared-options.js';

/** `hotnic ghosts explain [DOMAIN] NIC`, `hotnic ghosts explain --message TEXT`. */
export const ghostsExplain: CommandSpec = {
  name: 'ghosts explain',
  describe: 'what every plane says of a NIC, why that is so, and what would be done; or what a message means',
  positionals: [
    { name: 'domain', describe: 'name or UUID of the domain; may be left out' },
    { name: 'nic', describe: 'MAC, alias, host target, guest interface name or PCI address' },
  ],
  options: {
    message: {
      type: 'string',
      placeholder: 'TEXT',
      describe: 'look up a message of libvirt, QEMU or a kernel, or a description in your own words',
    },
    ...SCAN_OPTIONS,
    ...CONNECT_OPTIONS,
    ...GUEST_OPTIONS,
    ...STATE_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['hotnic ghosts explain web1 net1', 'the planes side by side, the cause, the cure'],
    ['hotnic ghosts explain vnet7', 'whoever has it, or nobody'],
    ['hotnic ghosts explain --message "No more available PCI slots"', 'what a message means'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const message = args.text('message');
    const words = [args.text('domain'), args.text('nic')].filter((word) => word !== undefined);
    if ((message !== undefined) === words.length > 0)
      throw usageError('usage', 'name a NIC, or give a message', 'hotnic ghosts explain --help');
    return message === undefined
      ? await explainNic(words, args, context)
      : await explainMessage(message, context);
  },
};

async function explainMessage(message: string, { out }: CliContext): Promise<ExitCode> {
  const [{ lookUp }, { messageText, symptomOf }] = await Promise.all([
    import('../../knowledge/index.js'),
    import('../ghosts-explain-text.js'),
  ]);
  const symptom = lookUp(message);
  out.document('hotnic.ghosts-explain/1', {
    message,
    domain: null,
    nic: null,
    verdict: null,
    readings: [],
    symptoms: symptom ? [symptomOf(symptom)] : [],
    remedies: [],
    byHand: [],
  });
  out.text(messageText(symptom));
  return symptom ? EXIT.done : EXIT.failed;
}

async function explainNic(
  words: readonly string[],
  args: ParsedArgs,
  context: CliContext,
): Promise<ExitCode> {
  const [{ hypervisorFor }, { scan }, { explain }, { explanationText, explanationDocument }] =
    await Promise.all([
      import('../open-hypervisor.js'),
      import('../../operations/ghosts/scan.js'),
      import('../../operations/ghosts/explain.js'),
      import('../ghosts-explain-text.js'),
    ]);
  await using hypervisor = await hypervisorFor(args, context);
  const found = await scan(scanOptions(args, context, hypervisor, words.slice(0, -1)));
  const explanation = explain(found, words.at(-1) ?? '');
  context.out.document('hotnic.ghosts-explain/1', explanationDocument(explanation));
  context.out.text(explanationText(explanation));
  return EXIT.done;
}
