import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { guestTarget, TARGET, TARGET_OPTIONS } from '../guest-target.js';
import { secondsOption } from '../open-guest.js';

/** `hotnic guest check TARGET`. */
export const guestCheck: CommandSpec = {
  name: 'guest check',
  describe: 'is a guest ready for a NIC to come, or for one of its NICs to go?',
  positionals: [TARGET],
  options: {
    nic: {
      type: 'string',
      placeholder: 'NIC',
      describe: 'the NIC that is to go: its name in the guest, MAC or PCI address',
    },
    ...TARGET_OPTIONS,
  },
  examples: [
    ['hotnic guest check web1', 'may a NIC come? exit code 0 when it may, 1 when not'],
    ['hotnic guest check web1 --nic ens3', 'may this one go? who holds sockets on it?'],
    ['hotnic guest check ssh://root@203.0.113.7 --json', 'any Linux machine, for a program'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const timeoutMs = secondsOption(args, 'timeout');
    const nic = args.text('nic');
    const [{ checkTarget }, { checkDocument, checkText }] = await Promise.all([
      import('../../operations/guest/check.js'),
      import('../guest-check-text.js'),
    ]);
    await using target = await guestTarget(args, context);
    const check = await checkTarget({
      guest: target.access,
      signal: context.signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(nic === undefined ? {} : { nic }),
    });
    context.out.document('hotnic.guest-check/1', checkDocument(target.name, target.access.label, check));
    context.out.text(checkText(check));
    return check.ready === true ? EXIT.done : EXIT.failed;
  },
};
