import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { readLinkNamed, type HostLink } from '../../hypervisor/host/index.js';
import type { Act, World } from './act.js';
import { deviceNow, ifindexField, ip, netdevField, requireFree } from './host-device.js';

const input = z.object({
  name: netdevField,
  ifindex: ifindexField,
  kind: z.enum(['tap', 'macvtap', 'macvlan']),
});
type Input = z.infer<typeof input>;

/** All that is needed to make it again; null when it was gone already. */
type Saved = {
  readonly mac: string | null;
  readonly mtu: number | null;
  readonly master: string | null;
  readonly up: boolean;
  readonly lower: string | null;
  readonly mode: string | null;
  readonly multiQueue: boolean;
  readonly vnetHeader: boolean;
  readonly packetInfo: boolean;
} | null;

/** Deletes a tap, macvtap or macvlan of the host that nobody holds. */
export const hostNetdevDelete: Act<Input, Saved> = {
  name: 'host-netdev-delete',
  input,
  describe: ({ name, kind }) => `delete the ${kind} ${name} of the host`,
  async save(one, world, { signal }) {
    const link = await deviceNow(world, one, signal);
    return link && saveLink(link);
  },
  async run(one, world, { signal }) {
    const link = await deviceNow(world, one, signal);
    if (link === null) return { already: 'gone' };
    if ((link.tun?.type ?? link.kind) !== one.kind)
      throw new HotnicError('host-device-changed', `${one.name} is no ${one.kind}`, {
        state: 'nothing was changed',
      });
    await requireFree(world, link, signal);
    await ip(world, ['link', 'delete', 'dev', one.name], signal);
    return undefined;
  },
  async undo(one, saved, world, { signal }) {
    if (saved === null) return;
    const now = await readLinkNamed(world.hypervisor.host, one.name, { signal });
    // It was never deleted.
    if (now?.ifindex === one.ifindex) return;
    if (now === null) await ip(world, creation(one, saved), signal);
    else if (isPutBack(now, one, saved)) return;
    // Made again and cut off is down; what is up is somebody else's of the same name.
    else if ((now.tun?.type ?? now.kind) !== one.kind || now.up)
      throw new HotnicError('host-device-changed', `there is another ${one.name} now`);
    await restore(one.name, saved, world, signal);
  },
  async confirm({ name, ifindex }, { hypervisor }, { signal }) {
    const now = await readLinkNamed(hypervisor.host, name, { signal });
    if (now?.ifindex === ifindex)
      throw new HotnicError('host-device-stays', `${name} is still there`, {
        next: `ip -d link show dev ${name}`,
      });
  },
};

function saveLink(link: HostLink): Saved {
  return {
    mac: link.mac,
    mtu: link.mtu,
    master: link.master,
    up: link.up,
    lower: link.lower,
    mode: link.macvlanMode,
    multiQueue: link.tun?.multiQueue ?? false,
    vnetHeader: link.tun?.vnetHeader ?? false,
    packetInfo: link.tun?.packetInfo ?? false,
  };
}

function isPutBack(now: HostLink, { kind }: Input, saved: NonNullable<Saved>): boolean {
  const same = now.mac === saved.mac && now.mtu === saved.mtu && now.master === saved.master;
  return (now.tun?.type ?? now.kind) === kind && same && now.up === saved.up;
}

/** A tap that nobody holds can only be a persistent one, and `ip tuntap add` makes such. */
function creation({ name, kind }: Input, saved: NonNullable<Saved>): readonly string[] {
  if (kind === 'tap')
    return [
      ...['tuntap', 'add', 'dev', name, 'mode', 'tap'],
      ...(saved.packetInfo ? ['pi'] : []),
      ...(saved.vnetHeader ? ['vnet_hdr'] : []),
      ...(saved.multiQueue ? ['multi_queue'] : []),
    ];
  return [
    ...['link', 'add', 'link', saved.lower ?? '', 'name', name],
    ...(saved.mac === null ? [] : ['address', saved.mac]),
    ...['type', kind, 'mode', saved.mode ?? 'vepa'],
  ];
}

/** In this order: up comes last, it is what tells a device that was put back wholly. */
async function restore(
  name: string,
  saved: NonNullable<Saved>,
  world: World,
  signal: AbortSignal,
): Promise<void> {
  const set = (...args: string[]) => ip(world, ['link', 'set', 'dev', name, ...args], signal);
  if (saved.mac !== null) await set('address', saved.mac);
  if (saved.mtu !== null) await set('mtu', String(saved.mtu));
  if (saved.master !== null) await set('master', saved.master);
  if (saved.up) await set('up');
}
