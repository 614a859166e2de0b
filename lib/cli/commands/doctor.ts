import { EXIT, type ExitCode } from '../../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import type { CliContext } from '../context.js';
import { CONNECT_OPTIONS, OUTPUT_OPTIONS, STATE_OPTIONS } from '../shared-options.js';

/** `hotnic doctor`. */
export const doctor: CommandSpec = {
  name: 'doctor',
  describe: 'what is missing on this machine, and the command that mends it',
  positionals: [],
  options: { ...CONNECT_OPTIONS, ...STATE_OPTIONS, ...OUTPUT_OPTIONS },
  examples: [['hotnic doctor', 'exit 0 when hotnic can work here, 1 when something it needs is missing']],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const { examine } = await import('../doctor-checks.js');
    const findings = await examine(args, context);
    context.out.document('hotnic.doctor/1', { findings });
    const marks = { ok: 'ok     ', warn: 'warning', fail: 'missing' } as const;
    context.out.text(
      findings
        .map(
          ({ level, text, next }) =>
            `${marks[level]}  ${text}${next === undefined ? '' : `\n           next: ${next}`}`,
        )
        .join('\n'),
    );
    return findings.some(({ level }) => level === 'fail') ? EXIT.failed : EXIT.done;
  },
};
