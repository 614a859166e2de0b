import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { isConfigPath } from '../../guest/probe-config.js';
import { IS_PARKED, PARK, UNPARK } from '../../guest/scripts/park.js';
import type { Act } from './act.js';
import { domainField, inGuestOf } from './guest-target.js';

const line = z.number().int().min(1).max(2000);
const input = z.object({
  domain: domainField,
  path: z.string().refine(isConfigPath, 'not a file of the network configuration'),
  /** Of the file as it was read: a file that has changed since is left alone. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Lines to take out, first and last; null for the whole file. */
  cut: z
    .array(z.tuple([line, line]))
    .min(1)
    .max(200)
    .nullable(),
});
type Input = { domain: string; path: string; sha256: string; cut: [number, number][] | null };

/**
 * Puts a file of the guest's network configuration aside, or lines of it. The original stays beside it under a name
 * that no configuration system reads; the undo moves it back as it was, with mode, owner and times.
 */
export const guestParkConfig: Act<Input> = {
  name: 'guest-park-config',
  input,
  describe: ({ domain, path, sha256, cut }) =>
    `in ${domain}: put ${cut === null ? path : `lines ${cut.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(', ')} of ${path}`} aside (kept as ${parkedPath(path, sha256)})`,
  async run(one, world, context) {
    const { said } = await inGuestOf(one.domain, world, context, `put ${one.path} aside`, PARK, args(one));
    return { parked: parkedPath(one.path, one.sha256), already: said.get('already') === 'yes' };
  },
  async undo(one, _saved, world, context) {
    await inGuestOf(one.domain, world, context, `put ${one.path} back`, UNPARK, args(one));
  },
  async confirm(one, world, context) {
    const { said } = await inGuestOf(one.domain, world, context, `look at ${one.path}`, IS_PARKED, args(one));
    if (said.get('parked') === 'yes') return;
    throw new HotnicError('guest-config-back', `${one.path} of ${one.domain} is as it was before`, {
      why: 'something in the guest writes it again (cloud-init, a configuration manager)',
    });
  },
};

/** Where the original is kept: beside its place, hidden, named by its content, so that a second try finds the first. */
export function parkedPath(path: string, sha256: string): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash)}/.${path.slice(slash + 1)}.hotnic-parked-${sha256.slice(0, 12)}`;
}

function args({ path, sha256, cut }: Input): string[] {
  return [
    path,
    sha256,
    parkedPath(path, sha256),
    ...(cut ?? []).flatMap(([from, to]) => ['-e', `${from},${to}d`]),
  ];
}
