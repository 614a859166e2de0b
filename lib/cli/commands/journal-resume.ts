import type { CommandSpec } from '../command.js';
import { RECOVER_SPEC, recoverRun } from '../recover.js';

/** `hotnic journal resume RUN`. */
export const journalResume: CommandSpec = {
  name: 'journal resume',
  describe: 'finish a run that was cut off, is pending or failed',
  ...RECOVER_SPEC,
  examples: [
    ['hotnic journal resume last', 'finish what the newest run had begun'],
    ['hotnic journal resume last --dry-run', 'show what is left to do, change nothing'],
  ],
  run: (args, context) => recoverRun(args, context, ({ resumeRun }) => resumeRun),
};
