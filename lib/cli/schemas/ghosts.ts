import { z } from 'zod';
import { RISKS } from '../../operations/ghosts/remedy.js';
import type { CleanReport } from '../../operations/ghosts/clean-types.js';
import { VERDICT_KINDS } from '../../verdicts/index.js';
import { domainNics, judged, nic, plane, planeState, verdict } from './list.js';
import { exitCode } from './report.js';

const unreadable = z
  .array(z.strictObject({ domain: z.string(), why: z.string() }))
  .describe('domains whose definitions could not be read');

/** What `hotnic ghosts scan --json` prints. */
export const ghostsScanDocument = z.strictObject({
  schema: z.literal('hotnic.ghosts-scan/1'),
  domains: z.array(domainNics),
  host: z.strictObject({
    state: z.enum(['read', 'unreadable', 'not-asked']),
    why: z.string().optional(),
    leftovers: z.array(judged).describe('what is on the host and belongs to no domain'),
  }),
  unreadable,
  counts: z.partialRecord(z.enum(VERDICT_KINDS), z.int().nonnegative()).describe('findings of each kind'),
  startedAt: z.number().describe('ms since the epoch'),
  tookMs: z.number(),
});

const shownRemedy = {
  title: z.string(),
  risk: z.enum(RISKS),
  riskText: z.string().describe('what it risks, in words'),
};

/** What `hotnic ghosts explain --json` prints. */
export const ghostsExplainDocument = z.strictObject({
  schema: z.literal('hotnic.ghosts-explain/1'),
  message: z
    .string()
    .nullable()
    .describe('with --message: the message; the other fields are then empty or null'),
  domain: z.string().nullable().describe('null for what no domain owns'),
  nic: nic.nullable(),
  verdict: verdict.nullable(),
  readings: z.array(z.strictObject({ plane, state: planeState, why: z.string().optional() })),
  symptoms: z
    .array(
      z.strictObject({
        id: z.string().describe('stable name of the row'),
        means: z.enum(['waiting', 'failure']),
        cause: z.string(),
        fix: z.string(),
        source: z.string(),
      }),
    )
    .describe('what is generally known of such a message or state'),
  remedies: z
    .array(
      z.strictObject({
        ...shownRemedy,
        acts: z.array(z.strictObject({ act: z.string(), describe: z.string() })),
        onRequest: z
          .enum(['choose', 'release-holders'])
          .optional()
          .describe('the option without which it is not taken'),
        pendingUntil: z.string().optional().describe('what the verdict stays until, after the acts'),
      }),
    )
    .describe('in order of preference; --choose takes the number, from 1'),
  byHand: z.array(z.string()),
});

/** What `hotnic ghosts clean --json` prints. */
export const ghostsCleanDocument = z.strictObject({
  schema: z.literal('hotnic.ghosts-clean/1'),
  apply: z.boolean().describe('false: a dry run'),
  exitCode,
  treatments: z.array(
    z.strictObject({
      domain: z.string().nullable().describe('null for what no domain owns'),
      nic,
      verdict,
      symptoms: z.array(z.string()).describe('rows of the symptom table, by id'),
      outcome: z
        .enum(['planned', 'done', 'pending', 'failed', 'half', 'interrupted', 'no-longer-holds', 'left'])
        .describe('left: nothing was tried, summary and next say why and which option would'),
      summary: z.string(),
      details: z.array(z.string()),
      next: z.string().nullable(),
      run: z.string().nullable().describe('the run in the journal'),
      remedy: z.strictObject(shownRemedy).nullable(),
      remedies: z.array(z.strictObject(shownRemedy)),
      plan: z.array(z.strictObject({ step: z.string(), describe: z.string() })),
      byHand: z.array(z.string()),
    }),
  ),
  unknown: z.int().nonnegative().describe('NICs that could not be judged'),
  unreadable,
}) satisfies z.ZodType<Omit<CleanReport, 'treatments'>>;
