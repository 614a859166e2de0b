import { HotnicError } from '../../errors/hotnic-error.js';
import { awaitArrival } from '../../guest/await-evidence.js';
import { evidenceText, keepEvidence } from '../../guest/kept-evidence.js';
import type { ArrivalState } from '../../guest/evidence-types.js';
import { PendingError, type Step } from '../../plan/index.js';
import type { AttachOptions } from './attach.js';
import type { PreparedAttach } from './prepare.js';

/**
 * Waits for the guest's own evidence: PCI function, driver, netdev with its final name, link. An interrupt here leaves
 * the NIC in both definitions: they agree.
 */
export function proveGuestStep(prepared: PreparedAttach, { timeoutMs, keep }: AttachOptions): Step {
  const { state, view, mac } = prepared;
  return {
    name: 'prove-guest',
    describe: state.guest
      ? `wait for the guest: PCI function, driver, netdev with its final name, link; at the most ${timeoutMs / 1000} s`
      : 'the guest is not asked',
    changes: false,
    onInterrupt: 'keep',
    async run({ signal, progress, note }) {
      const { watch, proof } = state;
      if (!watch) {
        proof.guest = 'not-asked';
        proof.provedAt = Date.now();
        return { guest: 'not asked' };
      }
      const since = Date.now();
      const until = since + timeoutMs;
      const matcher = prepared.livePath === null ? { mac } : { pciPath: prepared.livePath };
      const {
        outcome,
        state: arrival,
        missing,
      } = await awaitArrival(watch, matcher, {
        deadlineMs: until,
        signal,
        onProgress: (now) => {
          progress.waiting(`the guest to show ${proof.alias ?? mac} (${stage(now)})`, since, until);
        },
      });
      state.arrival = arrival;
      const names = arrival.name === null ? [] : [arrival.name];
      const kept = keepEvidence(watch, { pciPath: arrival.pciPath, names });
      note(evidenceText(kept, 'arrival'), kept);
      if (outcome !== 'seen') throw notShown(prepared, missing, timeoutMs, outcome, keep);
      proof.guest = 'there';
      proof.guestName = arrival.name;
      proof.driver = arrival.driver ?? arrival.netdev?.driver ?? null;
      proof.link = linkOf(arrival);
      proof.guestLastEventAt =
        arrival.last === null
          ? null
          : arrival.last.guestS === null
            ? arrival.last.hostMs
            : watch.toHostMs(arrival.last.guestS);
      proof.clockErrorMs = watch.clockErrorMs;
      proof.provedAt = Date.now();
      if (arrival.mac !== null && arrival.mac !== mac)
        state.warnings.push(
          `${arrival.name ?? 'the netdev'} has the MAC ${arrival.mac} in ${view.name}, not ${mac}`,
        );
      return { name: arrival.name, driver: proof.driver, link: proof.link, finalNameBy: arrival.finalNameBy };
    },
  };
}

function stage(arrival: ArrivalState): string {
  if (arrival.netdevRegistered)
    return arrival.pendingUevents > 0 ? 'udev is working on its name' : 'netdev registered';
  if (arrival.driverBound) return 'driver bound';
  return arrival.pciAdded ? 'PCI function seen, no driver yet' : 'not on its PCI bus yet';
}

// linux/if.h: IFF_UP.
const IFF_UP = 1;

function linkOf({ netdev }: ArrivalState): string {
  if (!netdev) return 'unknown';
  if ((netdev.flags & IFF_UP) === 0) return 'down, not set up in the guest';
  return netdev.carrier === true ? 'up' : 'no carrier';
}

function notShown(
  { view, mac, state }: PreparedAttach,
  missing: readonly string[],
  timeoutMs: number,
  outcome: string,
  keep: boolean,
): Error {
  const what =
    outcome === 'lost'
      ? 'the connection to the guest was lost before it showed'
      : `after ${timeoutMs / 1000} s the guest does not show`;
  const kind = state.arrival?.pciAdded ? 'driverless' : 'guest-blind';
  const message = `${mac} is attached to ${view.name}, and ${what} ${missing.join(', ')}`;
  if (keep)
    return new PendingError(message, `${kind}: kept attached as you asked`, `hotnic list ${view.name}`);
  return new HotnicError(kind, message, {
    why:
      kind === 'driverless'
        ? 'no driver in the guest has taken the device'
        : 'the guest has no hot-plug driver, was not ready, or is stuck',
    next: `hotnic attach … --keep leaves it attached; in the guest: dmesg, lspci, echo 1 > /sys/bus/pci/rescan`,
  });
}
