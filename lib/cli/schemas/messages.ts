import { z } from 'zod';

/** What every command prints with `--json` when it fails before it can report an outcome. */
export const errorDocument = z.strictObject({
  schema: z.literal('hotnic.error/1'),
  code: z.string().describe('stable, for programs'),
  message: z.string(),
  attempted: z.string().optional(),
  seen: z.string().optional().describe('the other side’s own words'),
  why: z.string().optional(),
  state: z.string().optional().describe('how things stand now'),
  next: z.string().optional().describe('what to type next'),
});

/** What `hotnic doctor --json` prints. */
export const doctorDocument = z.strictObject({
  schema: z.literal('hotnic.doctor/1'),
  findings: z.array(
    z.strictObject({
      level: z.enum(['ok', 'warn', 'fail']),
      text: z.string(),
      next: z.string().optional(),
    }),
  ),
});

/** What `hotnic guest set-endpoint --json` prints. */
export const endpointDocument = z.strictObject({
  schema: z.literal('hotnic.endpoint/1'),
  domain: z.string(),
  ssh: z.string().nullable(),
});
