import { z } from 'zod';

/** The journal's format. A reader that meets another name says so instead of guessing. */
export const JOURNAL_SCHEMA = 'hotnic.journal/1';

const json: z.ZodType = z.json();
const step = z.string().min(1).max(100);
const text = z.string().max(65_536);

const base = {
  schema: z.literal(JOURNAL_SCHEMA),
  run: z.string().regex(/^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$/),
  seq: z.int().nonnegative(),
  /** This machine's clock, ISO 8601 with milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
};

/** Every line of a journal file is one of these. */
export const journalEntry = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.literal('run-begin'),
    operation: z.string(),
    subject: z.string(),
    title: text,
    steps: z.array(step),
    pid: z.int().positive(),
    version: z.string(),
  }),
  z.strictObject({ ...base, type: z.literal('step-begin'), step, input: json.optional() }),
  z.strictObject({
    ...base,
    type: z.literal('step-end'),
    step,
    ok: z.boolean(),
    output: json.optional(),
    error: text.optional(),
  }),
  z.strictObject({ ...base, type: z.literal('undo-begin'), step }),
  z.strictObject({ ...base, type: z.literal('undo-end'), step, ok: z.boolean(), error: text.optional() }),
  z.strictObject({ ...base, type: z.literal('note'), step: step.optional(), text, data: json.optional() }),
  z.strictObject({
    ...base,
    type: z.literal('run-end'),
    outcome: z.enum(['done', 'pending', 'failed', 'half', 'interrupted']),
    state: z.string().optional(),
    error: text.optional(),
  }),
]);

export type JournalEntry = z.infer<typeof journalEntry>;
