import { z } from 'zod';
import type { UpdateReport } from '../../operations/update/update.js';
import { reportFields } from './report.js';

/** What `hotnic update --json` prints. */
export const updateDocument = z.strictObject({
  schema: z.literal('hotnic.update/1'),
  ...reportFields,
  nic: z.strictObject({ alias: z.string().nullable(), mac: z.string().nullable() }),
}) satisfies z.ZodType<UpdateReport>;
