import { z } from 'zod';
import type { DetachReport } from '../../operations/detach/detach.js';
import { reportFields, timeOrNull } from './report.js';

const whether = z.enum(['gone', 'there']).nullable();

/** What `hotnic detach --json` prints. */
export const detachDocument = z.strictObject({
  schema: z.literal('hotnic.detach/1'),
  ...reportFields,
  nic: z.strictObject({
    alias: z.string().nullable(),
    mac: z.string().nullable(),
    target: z.string().nullable().describe('the host’s name for it'),
    guestName: z.string().nullable(),
    pciPath: z.string().nullable().describe('chain of slot.function from the root bus down'),
  }),
  proof: z.strictObject({
    deviceRemovedAt: timeOrNull,
    live: whether,
    config: whether,
    guest: z.enum(['gone', 'there', 'not-asked']).nullable(),
    guestRemovedAt: timeOrNull,
    clockErrorMs: z.number().nullable(),
    asked: z.int().nonnegative().describe('how often libvirt was asked'),
    provedAt: timeOrNull,
  }),
}) satisfies z.ZodType<DetachReport>;
