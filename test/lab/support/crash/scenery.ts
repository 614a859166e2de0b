import { probeGuest } from '../../../../lib/guest/probe.js';
import { attachNic, detachNic } from '../operations.js';
import { definitions } from '../state.js';
import type { Stage } from './plans.js';

/** A NIC of user networking: nothing of the host is needed, so it is quick. */
export function nicXml(mac: string): string {
  return `<interface type='user'><mac address='${mac}'/><model type='virtio'/></interface>`;
}

/** The NIC in both definitions, and up in the guest. */
export async function put(stage: Stage, mac: string): Promise<void> {
  const { hypervisor, domain, guest, connection } = stage;
  const { live } = await definitions(connection, domain);
  if (!live.some((xml) => xml.includes(mac))) {
    const nic = { type: 'user', model: 'virtio', mac };
    const { outcome, summary } = await attachNic(hypervisor, domain, nic, { guest, settleMs: 0 });
    if (outcome !== 'done') throw new Error(summary);
  }
  // What quiesce sets down, an undo has to set up again.
  const { name, there } = await netdevOf(stage, mac);
  if (there) await inGuest(stage, 'ip link set dev "$1" up', name);
}

/** The NIC in no definition, and not in the guest. */
export async function takeAway(stage: Stage, mac: string): Promise<void> {
  const { hypervisor, domain, guest, connection } = stage;
  const { live, config } = await definitions(connection, domain);
  if (![...live, ...config].some((xml) => xml.includes(mac))) return;
  const { outcome, summary } = await detachNic(hypervisor, domain, mac, { guest });
  if (outcome !== 'done') throw new Error(summary);
}

/** How the guest sees a MAC. */
export async function netdevOf(
  { guest }: Stage,
  mac: string,
): Promise<{ readonly there: boolean; readonly up: boolean; readonly name: string }> {
  const channel = await guest.open(new AbortController().signal);
  const { netdevs } = await probeGuest(channel);
  const netdev = netdevs.find((one) => one.mac === mac);
  return { there: netdev !== undefined, up: netdev?.up ?? false, name: netdev?.name ?? '' };
}

/** Runs a script in the guest, over the connection that the matrix keeps. */
export async function inGuest({ guest }: Stage, script: string, ...args: string[]): Promise<string> {
  const channel = await guest.open(new AbortController().signal);
  const { status, stdout, stderr } = await channel.run(['sh', '-c', script, 'sh', ...args], {
    timeoutMs: 60_000,
  });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}
