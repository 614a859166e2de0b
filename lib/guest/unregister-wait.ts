import type { PciPath } from '../nic/pci-address.js';
import type { GuestPciFunction, GuestProbe, UnregisterWait } from './probe-types.js';

// The kernel repeats "unregister_netdevice: waiting for X" every netdev_unregister_timeout_secs, 10 s unless somebody
// changed it (net/core/dev.c, netdev_wait_allrefs_any); half as much again for a guest under load.
const REPEATED_WITHIN_S = 15;

/**
 * The netdevs that the guest's kernel waits for now. A line that has not been repeated is history: the netdev went in
 * the end. A line without a time is taken as current, because nothing shows that it is not.
 */
export function currentUnregisterWaits(probe: GuestProbe): readonly UnregisterWait[] {
  return probe.kernelLog.unregisterWaits
    .filter(({ netdev, timeS }) => {
      const named = probe.netdevs.some(({ name }) => name === netdev);
      return !named && (timeS === null || probe.clock.uptimeS - timeS < REPEATED_WITHIN_S);
    })
    .map((wait) => ({ ...wait, pciPath: functionOf(wait.netdev, probe) }));
}

/**
 * The function that the netdev was on. It is out of sysfs by now, so this is found by elimination: its function
 * shows no netdev anywhere (and no driver: the kernel takes that link away before it waits, measured). Between several its name decides, where it is one of those made of the place.
 */
function functionOf(netdev: string, probe: GuestProbe): PciPath | null {
  const elsewhere = (probe.namespaces ?? []).flatMap((space) => space.netdevs.map((one) => one.pciPath));
  const candidates = probe.pci.filter(
    (one) => one.class >> 16 === NETWORK_CLASS && one.netdevs.length === 0 && !elsewhere.includes(one.path),
  );
  const [only] = candidates;
  if (only && candidates.length === 1) return only.path;
  return candidates.find((one) => placeNames(one, probe).includes(netdev))?.path ?? null;
}

// PCI base class 02h is "network controller" (PCI Code and ID Assignment Specification, class codes).
const NETWORK_CLASS = 0x02;

/** "enp1s0" and "ens3", as systemd.net-naming-scheme(7) makes them of bus, device and slot. */
function placeNames(one: GuestPciFunction, probe: GuestProbe): string[] {
  const [, bus = '', device = ''] = one.address.split(/[:.]/);
  const slots = probe.hotplug.slots.filter(({ address }) => address === one.address.slice(0, -2));
  return [
    `enp${Number.parseInt(bus, 16)}s${Number.parseInt(device, 16)}`,
    ...slots.map(({ name }) => `ens${name}`),
  ];
}
