import { EXIT } from '../../errors/hotnic-error.js';
import { printable } from '../../guest/printable.js';
import type { RunSummary } from '../../journal/index.js';
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
    const [{ listRuns, readRun, summarize }, { outcomeText }] = await Promise.all([
      import('../../journal/index.js'),
      import('../runs.js'),
    ]);
    const dir = stateDir(context, args.text('state-dir'));
    const runs: RunSummary[] = [];
    for (const id of await listRuns(dir)) runs.push(summarize(await readRun(dir, id)));
    context.out.document('hotnic.journal-list/1', { runs });
    context.out.text(
      runs.length === 0
        ? 'no runs are recorded yet'
        : table(
            ['RUN', 'STARTED', 'OPERATION', 'SUBJECT', 'OUTCOME'],
            runs.map((run) => [
              run.id,
              run.startedAt ?? '?',
              printable(run.operation),
              printable(run.subject),
              printable(outcomeText(run)),
            ]),
          ),
    );
    return EXIT.done;
  },
};
