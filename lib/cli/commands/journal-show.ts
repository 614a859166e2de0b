import { EXIT } from '../../errors/hotnic-error.js';
import type { JournalEntry } from '../../journal/index.js';
import type { CommandSpec } from '../command.js';
import { stateDir } from '../context.js';
import { printable } from '../../guest/printable.js';
import { OUTPUT_OPTIONS, STATE_OPTIONS } from '../shared-options.js';

/** `hotnic journal show RUN`: what one run did, step by step. */
export const journalShow: CommandSpec = {
  name: 'journal show',
  describe: 'show one run, step by step',
  positionals: [
    {
      name: 'run',
      describe: 'the run, as `hotnic journal list` names it; `last` for the newest',
      required: true,
    },
  ],
  options: { ...OUTPUT_OPTIONS, ...STATE_OPTIONS },
  examples: [['hotnic journal show last', 'the newest run']],
  async run(args, context) {
    const [{ readRun, summarize }, { namedRun }] = await Promise.all([
      import('../../journal/index.js'),
      import('../runs.js'),
    ]);
    const dir = stateDir(context, args.text('state-dir'));
    const run = await readRun(dir, await namedRun(dir, args.text('run') ?? ''));
    context.out.document('hotnic.journal-run/1', {
      ...summarize(run),
      entries: run.entries,
      damage: run.damage,
    });
    const newer =
      run.newer === null ? [] : [`written by a newer hotnic in the format ${run.newer}: it is left alone`];
    context.out.text(
      [...run.entries.map(line), ...newer, ...run.damage.map((text) => `damaged: ${text}`)].join('\n'),
    );
    return EXIT.done;
  },
};

function line(entry: JournalEntry): string {
  const guest = entry.guestAt === undefined ? '' : ` (guest ${entry.guestAt.slice(11)})`;
  return `${entry.at}${guest}  ${printable(words(entry), 2000)}`;
}

function words(entry: JournalEntry): string {
  const data = (value: unknown) => (value === undefined ? '' : `  ${JSON.stringify(value)}`);
  switch (entry.type) {
    case 'run-begin':
      return `begin: ${entry.title}`;
    case 'run-end':
      return `end: ${entry.outcome}${entry.state === undefined ? '' : ` (${entry.state} the change)`}${entry.error === undefined ? '' : `: ${entry.error}`}`;
    case 'step-begin':
      return `  ${entry.step} …${data(entry.input)}`;
    case 'step-end':
      return `  ${entry.step} ${entry.ok ? 'done' : `failed: ${entry.error ?? ''}`}${data(entry.output)}`;
    case 'undo-begin':
      return `  undo ${entry.step} …`;
    case 'undo-end':
      return `  undo ${entry.step} ${entry.ok ? 'done' : `failed: ${entry.error ?? ''}`}`;
    case 'settled':
      return `settled: ${entry.how}${entry.by === null ? '' : ` by ${entry.by}`}: ${entry.text}`;
    case 'note':
      return `    ${entry.text}${data(entry.data)}`;
  }
}
