import { z } from 'zod';
import type { PlannedAct } from '../../acts/act.js';
import type { RemedyFinder } from '../remedy.js';

// What lib/planes/guest-config-plane.ts writes into the sighting.
const cuts = z.array(
  z.object({
    file: z.string(),
    sha256: z.string().nullable(),
    cut: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('file') }),
      z.object({ kind: z.literal('lines'), ranges: z.array(z.tuple([z.number(), z.number()])) }),
      z.object({ kind: z.literal('by-hand'), why: z.string() }),
    ]),
  }),
);

/** Puts aside what names a NIC that is not there: whole files, or the lines that are about it. */
export const configResidueCure: RemedyFinder = ({ domain, nic }) => {
  const seen = nic.sightings['guest-config'];
  const places = cuts.parse(JSON.parse(String(seen?.facts['cuts'] ?? '[]')));
  const byHand = places.flatMap(({ file, sha256, cut }) => {
    if (cut.kind === 'by-hand') return [`${file}: ${cut.why}`];
    return sha256 === null ? [`${file}: the guest cannot tell its sum (sha256sum)`] : [];
  });
  if (domain === null || byHand.length > 0 || places.length === 0)
    return { remedies: [], byHand: byHand.map((why) => `take it out by hand: ${why}`) };
  const files = [...new Set(places.map(({ file }) => file))];
  const acts = files.map((path): PlannedAct => {
    const own = places.filter(({ file }) => file === path);
    const ranges = own.flatMap(({ cut }) => (cut.kind === 'lines' ? cut.ranges : []));
    const whole = own.some(({ cut }) => cut.kind === 'file');
    const input = { domain, path, sha256: own[0]?.sha256 ?? null, cut: whole ? null : ranges };
    return { act: 'guest-park-config', input };
  });
  return {
    remedies: [
      {
        kind: 'config-residue',
        title: `put ${files.join(', ')} of ${domain} aside, as far as ${nic.mac ?? seen?.name ?? 'it'} is named`,
        risk: 'none',
        riskText:
          'takes effect when the guest reads its configuration again; the originals stay beside their places',
        acts,
      },
    ],
    byHand: [],
  };
};
