import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { guestTarget, TARGET, TARGET_OPTIONS } from '../guest-target.js';
import { secondsOption } from '../open-guest.js';

/** `hotnic guest inspect TARGET`. */
export const guestInspect: CommandSpec = {
  name: 'guest inspect',
  describe:
    'a guest’s NICs, drivers, settings, names and who configures them; its platform and what that restricts',
  positionals: [TARGET],
  options: {
    offloads: { type: 'boolean', describe: 'show every offload of each NIC, not only how many are on' },
    ...TARGET_OPTIONS,
  },
  examples: [
    ['hotnic guest inspect web1', 'a libvirt guest'],
    ['hotnic guest inspect ssh://root@203.0.113.7', 'any Linux machine, without libvirt'],
    ['hotnic guest inspect web1 --guest-channel agent --json', 'through the guest agent, for a program'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const timeoutMs = secondsOption(args, 'timeout');
    const [{ inspectTarget }, { inspectDocument, inspectText }] = await Promise.all([
      import('../../operations/guest/inspect.js'),
      import('../guest-inspect-text.js'),
    ]);
    await using target = await guestTarget(args, context);
    const inspection = await inspectTarget({
      guest: target.access,
      signal: context.signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    context.out.document(
      'hotnic.guest-inspect/1',
      inspectDocument(target.name, target.access.label, inspection),
    );
    context.out.text(inspectText(inspection, args.flag('offloads')));
    return EXIT.done;
  },
};
