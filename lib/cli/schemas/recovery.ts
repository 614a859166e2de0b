import { z } from 'zod';
import type { RecoveryReport } from '../../operations/recovery/index.js';
import { reportFields } from './report.js';

/** What `hotnic journal resume --json` and `hotnic journal undo --json` print. */
export const recoveryDocument = z.strictObject({
  schema: z.literal('hotnic.recovery/1'),
  ...reportFields,
  how: z.enum(['resume', 'undo']),
  of: z.string().describe('the run that was finished or taken back'),
  domain: z.string().nullable().describe('null for a run about no domain'),
}) satisfies z.ZodType<RecoveryReport>;
