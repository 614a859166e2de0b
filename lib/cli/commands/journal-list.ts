import { EXIT } from '../../errors/hotnic-error.js';
import type { CommandSpec } from '../command.js';
import { stateDir } from '../context.js';
import { OUTPUT_OPTIONS, STATE_OPTIONS } from '../shared-options.js';
import { table } from '../table.js';

/** `hotnic journal list`: the runs there are, newest last. */
export const journalList: CommandSpec = {
  name: 'journal list',
  describe: 'list the recorded runs',
  positionals: [],
  options: { ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  examples: [
    ['hotnic journal list', 'every run, the newest last'],
    ['hotnic journal list --json', 'the same for a program'],
  ],
  async run(args, context) {
    const { runsInOrder } = await import('../run-order.js');
    const dir = stateDir(context, args.text('state-dir'));
    const runs = await runsInOrder(dir);
    context.out.document('hotnic.journal-list/1', { runs });
    context.out.text(
      runs.length === 0
        ? 'no runs are recorded yet'
        : table(
            ['RUN', 'STARTED', 'OPERATION', 'SUBJECT', 'OUTCOME'],
            runs.map((run) => [
              run.id,
              run.startedAt ?? '?',
              run.operation,
              run.subject,
              run.outcome + (run.damaged ? ' (file damaged)' : ''),
            ]),
          ),
    );
    return EXIT.done;
  },
};
