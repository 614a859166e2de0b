import { z } from 'zod';
import type { AttachReport } from '../../operations/attach/attach.js';
import { reportFields, timeOrNull } from './report.js';

const there = z.literal('there').nullable();

/** What `hotnic attach --json` prints. */
export const attachDocument = z.strictObject({
  schema: z.literal('hotnic.attach/1'),
  ...reportFields,
  mac: z.string().describe('of a whole function its own; empty where the host had no network device of it'),
  pciPath: z
    .string()
    .nullable()
    .describe('chain of slot.function from the root bus down; null where libvirt chooses'),
  xml: z.string().describe('the interface XML that libvirt was given'),
  checkedBy: z.string(),
  proof: z.strictObject({
    alias: z.string().nullable(),
    target: z.string().nullable().describe('the host’s name for it'),
    live: there,
    config: there,
    host: z.enum(['there', 'no netdev']).nullable(),
    guest: z.enum(['there', 'not-asked']).nullable(),
    guestName: z.string().nullable(),
    driver: z.string().nullable(),
    link: z.string().nullable(),
    addresses: z.array(z.string()),
    guestLastEventAt: timeOrNull,
    clockErrorMs: z.number().nullable(),
    attachedAt: timeOrNull,
    provedAt: timeOrNull,
  }),
  vf: z
    .strictObject({
      pf: z.string().describe('the PF’s network device'),
      physicalFunction: z.string(),
      index: z.number(),
      function: z.string(),
    })
    .nullable()
    .describe('the VF that it is; null for any other NIC'),
}) satisfies z.ZodType<AttachReport>;
