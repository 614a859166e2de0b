import { z } from 'zod';

/** The journal's format. A reader that meets a newer name says so instead of guessing. */
export const JOURNAL_SCHEMA = 'hotnic.journal/2';

/** The format before it: no request, no chain, steps as names. It is still read. */
export const JOURNAL_SCHEMA_1 = 'hotnic.journal/1';

/** A run's id: when it began (UTC, with milliseconds, so that ids sort by start) and six random hex digits. */
export const RUN_ID = /^[0-9]{8}T[0-9]{6}(?:[0-9]{3})?Z-[0-9a-f]{6}$/;

const json: z.ZodType = z.json();
const step = z.string().min(1).max(100);
const text = z.string().max(65_536);
const run = z.string().regex(RUN_ID);

const base = {
  schema: z.enum([JOURNAL_SCHEMA_1, JOURNAL_SCHEMA]),
  run,
  seq: z.int().nonnegative(),
  /** This machine's clock, ISO 8601 with milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
  /** The guest's wall clock, to half a second, once the guest was asked. */
  guestAt: z.iso.datetime({ precision: 3 }).optional(),
  /** Ties the line to the one before it: the start of a SHA-256. */
  chain: z.string().optional(),
};

const plannedStep = z.strictObject({
  name: step,
  describe: text,
  act: z.string().max(100).optional(),
  input: json.optional(),
  changes: z.boolean(),
});

/** Every line of a journal file is one of these. */
export const journalEntry = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.literal('run-begin'),
    operation: z.string(),
    subject: z.string(),
    title: text,
    steps: z.array(z.union([step, plannedStep])),
    /** All that another process needs to finish or undo the run. */
    request: json.optional(),
    pid: z.int().positive(),
    /** Tells the process from a later one with the same number: boot of the machine, start of the process. */
    process: z.string().max(100).optional(),
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
    /** A request is still on its way to the guest. */
    asked: z.boolean().optional(),
  }),
  /** Written later, by another run: what has become of this one. */
  z.strictObject({
    ...base,
    type: z.literal('settled'),
    how: z.enum(['resumed', 'undone', 'nothing-begun', 'over']),
    /** The run that did it; null where none was needed. */
    by: run.nullable(),
    text,
  }),
]);

export type JournalEntry = z.infer<typeof journalEntry>;
export type BeginEntry = Extract<JournalEntry, { readonly type: 'run-begin' }>;
export type SettledEntry = Extract<JournalEntry, { readonly type: 'settled' }>;
