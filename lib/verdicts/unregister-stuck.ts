import type { Holder } from '../nic/guest-evidence.js';
import { nameOf, type Case, type Judge } from './verdict.js';

/**
 * The guest's kernel waits for the last reference to a netdev. While it waits the netdev is out of /sys/class/net and
 * its PCI function is still there (measured on a real guest).
 */
export const unregisterStuck: Judge = (subject) => {
  const seen = subject.nic.sightings['guest-pci'];
  if (!seen || subject.nic.sightings['guest-net']) return null;
  const wait = waitOf(subject);
  if (!wait) return null;
  const holders = subject.guest?.holders ?? null;
  return {
    kind: 'unregister-stuck',
    summary: `the guest's kernel cannot let go of ${wait.netdev}: something holds a reference to it (${nameOf(subject.nic)})`,
    evidence: [
      `kernel log of the guest: ${wait.text}`,
      `/sys/bus/pci/devices of the guest: ${seen.name ?? 'listed'}, and no netdev on it`,
      ...(holders ?? []).map((holder) => `process of the guest: ${holderText(holder)} (${holder.certainty})`),
      ...(subject.guest?.tunnels ?? []).map((tunnel) => `tunnel of the guest that may go over it: ${tunnel}`),
    ],
    cause: causeOf(holders),
    next: holders?.some(({ certainty }) => certainty === 'likely')
      ? `hotnic ghosts clean ${subject.domain} --kind unregister-stuck --release-holders; the removal then goes on by itself`
      : 'end what holds it in the guest (packet sockets, namespaces, VPN); the removal then goes on by itself',
  };
};

/**
 * The wait that is about this NIC: by its place, else one whose place nobody knows. A function that a driver could take
 * looks the same while its netdev is held, one whose driver is not even loaded cannot have had a netdev.
 */
function waitOf({ nic, unregisterWaits }: Case): Case['unregisterWaits'][number] | undefined {
  const own = unregisterWaits.find(
    ({ pciPath }) => pciPath !== null && pciPath !== undefined && pciPath === nic.pciPath,
  );
  const { unboundDevice, modulesLoaded } = nic.sightings['guest-pci']?.facts ?? {};
  if (own || (unboundDevice !== undefined && modulesLoaded === '')) return own;
  return unregisterWaits.find(({ pciPath }) => pciPath === null || pciPath === undefined);
}

/** A holder in words: "tcpdump (process 812), is sending on a packet socket". */
export function holderText({ pid, command, seen }: Holder): string {
  return `${command} (process ${pid}), ${seen}`;
}

function causeOf(holders: readonly Holder[] | null): string {
  const likely = (holders ?? []).filter(({ certainty }) => certainty === 'likely');
  if (likely.length > 0) return `very likely held by ${likely.map(holderText).join('; ')}`;
  if (holders !== null && holders.length > 0)
    return `possibly held by ${holders.map(holderText).join('; ')}: the kernel lists no references, so this is a guess`;
  if (holders === null)
    return 'a packet socket, a network namespace, a VPN or another netdev on top of it holds it';
  return 'a kernel reference that no list shows: neither a packet socket nor a waiting process was found; usually only a reboot frees it';
}
