import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { readNeighbours } from '../../hypervisor/host/index.js';
import type { Neighbour } from '../../nic/host-evidence.js';
import type { Act, World } from './act.js';
import { macField } from './domain-target.js';
import { ip, netdevField } from './host-device.js';

const input = z.object({ address: z.union([z.ipv4(), z.ipv6()]), dev: netdevField, mac: macField });
type Input = z.infer<typeof input>;
type Saved = { readonly permanent: boolean } | null;

/** Takes an entry out of the host's neighbour table; the kernel asks anew when it next sends there. */
export const neighbourDelete: Act<Input, Saved> = {
  name: 'neighbour-delete',
  input,
  describe: ({ address, dev, mac }) => `forget on the host that ${address} on ${dev} is ${mac}`,
  async save(one, world, { signal }) {
    const entry = await entryNow(one, world, signal);
    return entry && { permanent: entry.state === 'permanent' };
  },
  async run(one, world, { signal }) {
    if ((await entryNow(one, world, signal)) === null) return { already: 'gone' };
    await ip(world, ['neighbour', 'delete', one.address, 'dev', one.dev], signal);
    return undefined;
  },
  async undo(one, saved, world, { signal }) {
    // What the kernel learnt it learns again by itself; only an entry made by hand has to be put back.
    if (saved?.permanent !== true) return;
    const { address, dev, mac } = one;
    await ip(world, ['neighbour', 'replace', address, 'lladdr', mac, 'dev', dev, 'nud', 'permanent'], signal);
  },
  async confirm(one, world, { signal }) {
    if ((await entryNow(one, world, signal)) !== null)
      throw new HotnicError('neighbour-stays', `the host still has ${one.address} at ${one.mac}`, {
        next: 'another machine may answer for that address: look for it by its MAC',
      });
  },
};

/** The entry with that very MAC; null when there is none, or another one by now. */
async function entryNow(
  { address, dev, mac }: Input,
  { hypervisor }: World,
  signal: AbortSignal,
): Promise<Neighbour | null> {
  const all = await readNeighbours(hypervisor.host, { signal });
  return (
    all.find(
      (entry) =>
        entry.address === address.toLowerCase() &&
        entry.dev === dev &&
        entry.mac === mac &&
        entry.state !== 'failed' &&
        entry.state !== 'incomplete',
    ) ?? null
  );
}
