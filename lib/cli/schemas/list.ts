import { z } from 'zod';
import { PLANES } from '../../nic/sighting.js';
import { VERDICT_KINDS } from '../../verdicts/index.js';

export const plane = z.enum(PLANES);

const sighting = z.strictObject({
  plane,
  readFrom: z.string().describe('where it was read'),
  readAt: z.number().describe('ms since the epoch'),
  alias: z.string().nullable(),
  mac: z.string().nullable(),
  pciPath: z.string().nullable(),
  name: z.string().nullable().describe('what the plane calls it'),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const verdict = z.strictObject({
  kind: z.enum(VERDICT_KINDS),
  summary: z.string(),
  evidence: z.array(z.string()),
  cause: z.string().optional(),
  wanted: z.enum(['gone']).optional(),
  next: z.string().optional(),
});

export const nic = z.strictObject({
  alias: z.string().nullable(),
  mac: z.string().nullable(),
  pciPath: z.string().nullable(),
  target: z.string().nullable(),
  guestName: z.string().nullable(),
  sightings: z.partialRecord(plane, sighting),
});

export const planeState = z
  .enum(['read', 'unreadable', 'not-asked', 'absent'])
  .describe('only of a plane that was read follows anything; the others are not empty, they are unknown');

/** A NIC, or what is left of one, with what is said of it. */
export const judged = z.strictObject({ nic, verdict });

/** The planes of a domain, and its NICs. */
export const domainNics = z.strictObject({
  domain: z.string(),
  readings: z.array(
    z.strictObject({
      plane,
      state: planeState,
      why: z.string().optional(),
      sightings: z.array(sighting),
    }),
  ),
  nics: z.array(judged),
});

/** What `hotnic list --json` prints. */
export const listDocument = z.strictObject({
  schema: z.literal('hotnic.list/1'),
  domains: z.array(domainNics),
});
