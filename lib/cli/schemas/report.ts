import { z } from 'zod';

/** The code that the process ends with. */
export const exitCode = z.union([
  z.literal(0),
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
  z.literal(130),
]);

/** What the documents of attach, detach and update have in common: how the operation ended. */
export const reportFields = {
  outcome: z
    .enum(['planned', 'done', 'pending', 'failed', 'half', 'interrupted'])
    .describe(
      'planned: dry run. done: proved in every plane that was asked for. pending: accepted, not proved. failed: nothing is left changed. half: something could not be undone. interrupted: stopped where both definitions agree',
    ),
  exitCode,
  run: z.string().nullable().describe('the run in the journal; null for a dry run'),
  summary: z.string().describe('one line for a person'),
  details: z.array(z.string()).describe('what is still to come or to be done by hand, and why'),
  next: z.string().nullable().describe('the next command to type'),
  warnings: z.array(z.string()),
  domain: z.string(),
  plan: z.array(z.strictObject({ step: z.string(), describe: z.string() })),
};

/** A time on this machine's clock; null for what was not seen. */
export const timeOrNull = z.number().nullable().describe('ms since the epoch, on this machine’s clock');
