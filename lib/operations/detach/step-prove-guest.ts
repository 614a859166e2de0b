import { awaitDeparture } from '../../guest/await-evidence.js';
import { evidenceText, keepEvidence } from '../../guest/kept-evidence.js';
import type { GuestProbe } from '../../guest/probe-types.js';
import { currentUnregisterWaits } from '../../guest/unregister-wait.js';
import { PendingError, type Step, type StepContext } from '../../plan/index.js';
import { openGuest } from '../guest-session.js';
import type { DetachOptions } from './detach.js';
import type { PreparedDetach } from './prepare.js';

/**
 * Waits for the guest's own record that the NIC is gone: its PCI function, its netdev, udev's `remove`, and no
 * "unregister_netdevice: waiting". Runs also when the user interrupts: by now there is nothing left to stop.
 */
export function proveGuestStep(prepared: PreparedDetach, options: DetachOptions): Step {
  const { state, nic } = prepared;
  return {
    name: 'prove-guest',
    describe:
      options.guest === null
        ? 'the guest is not asked'
        : 'wait for the guest: PCI function and netdev gone, nothing held back',
    changes: false,
    onInterrupt: 'finish',
    async run(context) {
      if (options.guest === null || nic.pciPath === null) {
        state.proof.guest = 'not-asked';
        if (options.guest !== null)
          state.warnings.push(
            'the NIC has no PCI path: that the guest let go of it was not seen in the guest',
          );
        return { guest: 'not asked' };
      }
      const until = Date.now() + GUEST_SHARE_MS;
      // A guest that had removed the NIC by itself sends no event now: only looking tells.
      const wasThere = nic.sightings['guest-pci'] !== undefined;
      const byEvents = wasThere && state.watch !== null && (await byWatch(prepared, until, context));
      if (!byEvents) await byProbe(prepared, options, context);
      state.proof.provedAt = Date.now();
      return { by: byEvents ? 'events' : 'probe' };
    },
  };
}

// libvirt has seen the device go, so the guest has let go of it; what is left is udev's work and the way of the event
// to us: under 1 s on an emulated guest (measured), with room for one that is busy.
const GUEST_SHARE_MS = 10_000;

async function byWatch(
  { state, nic, view }: PreparedDetach,
  until: number,
  { progress, note }: StepContext,
): Promise<boolean> {
  const { watch } = state;
  if (!watch || nic.pciPath === null) return false;
  const since = Date.now();
  const netdevs = nic.guestName === null ? [] : [nic.guestName];
  const { outcome, state: departure } = await awaitDeparture(
    watch,
    { pciPath: nic.pciPath, netdevs },
    {
      deadlineMs: until,
      onProgress: () => {
        progress.waiting(
          `the guest's remove event of ${nic.guestName ?? nic.pciPath ?? view.name}`,
          since,
          until,
        );
      },
    },
  );
  const kept = keepEvidence(watch, { pciPath: nic.pciPath, names: netdevs });
  note(evidenceText(kept, 'departure'), kept);
  if (outcome !== 'seen') return false;
  state.proof.guest = 'gone';
  const last = departure.last;
  state.proof.guestRemovedAt =
    last === null ? null : last.guestS === null ? last.hostMs : watch.toHostMs(last.guestS);
  state.proof.clockErrorMs = watch.clockErrorMs;
  return true;
}

/** No stream, or it missed the events: the guest is asked anew. */
async function byProbe(
  prepared: PreparedDetach,
  { guest }: DetachOptions,
  { signal }: StepContext,
): Promise<void> {
  const { state, nic, view } = prepared;
  let probe: GuestProbe;
  try {
    if (!guest) return;
    state.guest ??= await openGuest(guest, signal);
    probe = await state.guest.probeAgain(signal);
  } catch (error) {
    throw new PendingError(
      `${nic.alias ?? ''} is gone from ${view.name}'s definitions; the guest could not be asked: ${error instanceof Error ? error.message : String(error)}`,
      'guest: not proved',
      `hotnic list ${view.name}`,
    );
  }
  const there = probe.pci.some(({ path }) => path === nic.pciPath);
  const netdev = probe.netdevs.some(({ pciPath }) => pciPath !== null && pciPath === nic.pciPath);
  state.proof.guest = there || netdev ? 'there' : 'gone';
  if (!there && !netdev) return;
  const wait = currentUnregisterWaits(probe)[0];
  throw new PendingError(
    `libvirt has let the NIC go, and the guest still lists it at ${nic.pciPath ?? ''}${wait ? `: ${wait.text}` : ''}`,
    wait
      ? 'unregister-stuck: something in the guest holds the netdev'
      : 'guest-ghost: the guest has not removed it',
    `hotnic list ${view.name}`,
  );
}
