import type { CommandSpec } from '../command.js';
import { RECOVER_SPEC, recoverRun } from '../recover.js';

/** `hotnic journal undo RUN`. */
export const journalUndo: CommandSpec = {
  name: 'journal undo',
  describe: 'take back what a run has changed, or has begun to change',
  ...RECOVER_SPEC,
  examples: [
    ['hotnic journal undo last', 'everything as it was before the newest run'],
    ['hotnic journal undo last --dry-run', 'show what would be taken back, change nothing'],
  ],
  run: (args, context) => recoverRun(args, context, ({ undoRun }) => undoRun),
};
