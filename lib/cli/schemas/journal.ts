import { z } from 'zod';
import { journalEntry } from '../../journal/index.js';

const summary = {
  id: z.string(),
  startedAt: z.string().nullable().describe('ISO 8601'),
  operation: z.string(),
  subject: z.string(),
  outcome: z.string().describe('how it ended; "open" where no end was recorded'),
  running: z.boolean().describe('for an open run: whether its process is still there'),
  damaged: z.boolean(),
  newer: z.string().nullable().describe('the format of a newer hotnic that this one does not read'),
  settled: z
    .strictObject({
      how: z.enum(['resumed', 'undone', 'nothing-begun', 'over']),
      by: z.string().nullable().describe('the run that did it'),
    })
    .nullable()
    .describe('what a later run made of it'),
};

/** What `hotnic journal list --json` prints. */
export const journalListDocument = z.strictObject({
  schema: z.literal('hotnic.journal-list/1'),
  runs: z.array(z.strictObject(summary)),
});

/** What `hotnic journal show --json` prints. */
export const journalRunDocument = z.strictObject({
  schema: z.literal('hotnic.journal-run/1'),
  ...summary,
  entries: z.array(journalEntry),
  damage: z.array(z.string()).describe('lines that could not be read, with the reason'),
});
