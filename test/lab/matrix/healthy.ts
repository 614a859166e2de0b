import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { AffectFlags } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { inGuestShell, removed, withDomain, workingNic } from './making.js';
import type { Made, State } from './state.js';

const DOMAIN = 'lab-q35';
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Arrangements that operators make on purpose: none of them is a ghost. */
export const HEALTHY: readonly State[] = [
  healthy('a plain NIC', async () => [(await workingNic(DOMAIN)).mac]),
  healthy('a member of a bond', async () => {
    const nic = await workingNic(DOMAIN);
    const bond =
      'modprobe bonding 2>/dev/null; ip link add bond9 type bond mode active-backup && ip link set "$1" down && ip link set "$1" master bond9 && ip link set bond9 up && ip link set "$1" up';
    await inGuestShell(DOMAIN, bond, nic.guestName);
    return [nic.mac];
  }),
  healthy('a bridge port with a VLAN on top', async () => {
    const nic = await workingNic(DOMAIN);
    const bridge =
      'modprobe bridge 2>/dev/null; modprobe 8021q 2>/dev/null; ip link add br5 type bridge && ip link set "$1" master br5 && ip link add link br5 name br5.7 type vlan id 7 && ip link set br5 up && ip link set "$1" up';
    await inGuestShell(DOMAIN, bridge, nic.guestName);
    return [nic.mac];
  }),
  healthy('a NIC in another network namespace of the guest', async () => {
    const nic = await workingNic(DOMAIN);
    await inGuestShell(DOMAIN, 'ip netns add blue && ip link set "$1" netns blue', nic.guestName);
    return [nic.mac];
  }),
  healthy('two NICs with one MAC', async () => {
    const { mac } = await workingNic(DOMAIN);
    await workingNic(DOMAIN, '--mac', mac, '--force');
    return [mac];
  }),
  healthy('a tap that the operator made, and another one that no NIC uses', async () => {
    for (const name of ['optap0', 'optap1']) ip('tuntap', 'add', 'dev', name, 'mode', 'tap');
    const mac = '52:54:00:0d:0d:02';
    const xml = `<interface type='ethernet'><mac address='${mac}'/><target dev='optap0' managed='no'/><model type='virtio'/></interface>`;
    await withDomain(DOMAIN, (one) => one.attachDeviceFlags(xml, AffectFlags.LIVE | AffectFlags.CONFIG));
    await sleep(3_000);
    return [mac];
  }),
  healthy('a macvtap', async () => {
    ip('link', 'add', 'op-lower', 'type', 'veth', 'peer', 'name', 'op-lower-p');
    ip('link', 'set', 'op-lower', 'up');
    return [await attachedTo('--direct', 'op-lower')];
  }),
  healthy(
    'in the running definition alone, by intent',
    async () => [(await workingNic(DOMAIN, '--live')).mac],
    ['--allow-live-only'],
  ),
  healthy('in the running definition alone, marked so in the metadata', async () => [
    (await workingNic(DOMAIN, '--live', '--allow-live-only')).mac,
  ]),
  healthy('a name of the operator’s own, and one of the kernel’s', async () => {
    const [one, two] = [await workingNic(DOMAIN), await workingNic(DOMAIN)];
    const name = 'ip link set "$1" down; ip link set "$1" name "$2"; ip link set "$2" up';
    await inGuestShell(DOMAIN, name, one.guestName, 'lan0');
    await inGuestShell(DOMAIN, name, two.guestName, 'eth7');
    return [one.mac, two.mac];
  }),
  healthy('a NIC whose link is down', async () => {
    const { mac } = await workingNic(DOMAIN, '--link', 'down');
    return [mac];
  }),
  healthy('eight NICs', async () => {
    const macs: string[] = [];
    for (let count = 0; count < 7; count++) macs.push((await workingNic(DOMAIN)).mac);
    return macs;
  }),
  {
    name: 'a guest that is not asked',
    domain: DOMAIN,
    async make() {
      const { mac } = await workingNic(DOMAIN);
      // The plane is cut off on purpose: this is the one place where nothing can be said.
      return {
        truth: { [mac]: 'unknown' },
        scan: ['--guest-channel', 'none'],
        unmake: () => removed(DOMAIN, mac),
      };
    },
  },
];

function healthy(name: string, make: () => Promise<readonly string[]>, scan: readonly string[] = []): State {
  return {
    name,
    domain: DOMAIN,
    async make(): Promise<Made> {
      const macs = await make();
      return {
        truth: Object.fromEntries(macs.map((mac) => [mac, 'healthy' as const])),
        scan,
        unmake: () => clear(),
      };
    },
  };
}

async function attachedTo(...options: string[]): Promise<string> {
  const ended = await hotnic('attach', DOMAIN, ...options, '--json', '--timeout', '60');
  if (ended.code !== 0) throw new Error(ended.stderr + ended.stdout);
  return (ended.json as { mac: string }).mac;
}

/** Takes everything down that an arrangement may have made: in the guest, on the domain, on the host. */
async function clear(): Promise<void> {
  const undo =
    'ip link del bond9; ip link del br5; for n in $(ip netns list | cut -d" " -f1); do ip netns del "$n"; done; true';
  await inGuestShell(DOMAIN, `{ ${undo}; } 2>/dev/null`);
  await sleep(500);
  const { json } = await hotnic('list', DOMAIN, '--json');
  const { domains } = json as { domains: { nics: { nic: { alias: string | null } }[] }[] };
  for (const { nic } of domains[0]?.nics ?? []) if (nic.alias !== null) await removed(DOMAIN, nic.alias);
  for (const name of ['optap0', 'optap1', 'op-lower'])
    try {
      ip('link', 'del', name);
    } catch {
      // Not made by this one.
    }
}
