import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../../../errors/hotnic-error.js';
import { unquiesce } from '../../../guest/quiesce.js';
import type { GuestNetdev, GuestProbe } from '../../../guest/probe-types.js';
import { PendingError, type Step } from '../../../plan/index.js';
import { findNow } from './take-steps.js';
import { guestPathOf, halfWord, halvesOf, nicName, shouldBeThere, type NicSubject } from './subject.js';

/** Reads the definitions again: the NIC is on the side of the change that was worked towards, in each of them. */
export function proveDefinitionsStep(subject: NicSubject): Step {
  const wanted = shouldBeThere(subject);
  return {
    name: 'prove-definitions',
    describe: `read the definitions again: it is ${wanted ? 'in all' : 'in none'} of them`,
    changes: false,
    onInterrupt: 'finish',
    async run() {
      for (const { name, half } of halvesOf(subject)) {
        const { nic } = await findNow(subject, name, half);
        if ((nic !== null) !== wanted)
          throw new HotnicError(
            'not-recovered',
            `the ${halfWord(name)} definition of ${subject.view.name} ${wanted ? 'lacks' : 'still has'} ${nicName(subject)}`,
            { next: `hotnic list ${subject.view.name}` },
          );
      }
      return undefined;
    },
  };
}

// The event may be over since long, so there is nothing to listen for: the guest is asked until it shows.
const EVERY_MS = 500;

/** Asks the guest until it shows what the definitions say. */
export function proveGuestStep(subject: NicSubject): Step {
  const wanted = shouldBeThere(subject);
  return {
    name: 'prove-guest',
    describe: `ask the guest until it ${wanted ? 'shows' : 'no longer shows'} it, at the most ${subject.timeoutMs / 1000} s`,
    changes: false,
    onInterrupt: 'keep',
    async run({ signal, progress }) {
      const { guest, timeoutMs } = subject;
      if (!guest) throw notProved(subject, subject.guestTrouble ?? 'it was not asked');
      const since = Date.now();
      for (;;) {
        const probe = await guest.probeAgain(signal).catch((error: unknown) => {
          signal.throwIfAborted();
          throw notProved(subject, error instanceof Error ? error.message : String(error));
        });
        const netdev = netdevOf(subject, probe);
        if (wanted ? netdev !== null && netdev.driver !== null : !isShown(subject, probe))
          return { netdev: netdev?.name ?? null };
        if (Date.now() - since > timeoutMs)
          throw notProved(
            subject,
            wanted ? 'it does not show the NIC, or has no driver for it' : 'it still shows the NIC',
          );
        progress.waiting(
          `the guest to ${wanted ? 'show' : 'let go of'} ${nicName(subject)}`,
          since,
          since + timeoutMs,
        );
        await sleep(EVERY_MS, undefined, { signal });
      }
    },
  };
}

/** Puts the NIC back in the guest as it stood before it was made idle: bond or bridge, up, addresses, routes. */
export function restoreGuestStep(subject: NicSubject): Step {
  return {
    name: 'restore-guest',
    describe: 'in the guest: put it back as it stood before it was made idle',
    async run({ signal }) {
      const { guest, quiesced } = subject;
      if (!guest || !quiesced) return undefined;
      const probe = await guest.probeAgain(signal);
      const netdev = netdevOf(subject, probe);
      if (!netdev) throw notProved(subject, 'the NIC has no network device there to be put back as it was');
      // It may have come back under another name.
      const { restored, failed } = await unquiesce(guest.channel, probe, {
        ...quiesced,
        netdev: netdev.name,
      });
      if (failed.length > 0)
        throw new HotnicError('not-restored', `${netdev.name} could not be put back as it was in the guest`, {
          seen: failed.join('; '),
          next: `in the guest, by hand; hotnic journal show has what it was`,
        });
      return { restored: [...restored] };
    },
  };
}

function netdevOf(subject: NicSubject, probe: GuestProbe): GuestNetdev | null {
  const path = guestPathOf(subject);
  const { mac } = subject.request.nic;
  return (
    probe.netdevs.find((one) => (path === null ? mac !== null && one.mac === mac : one.pciPath === path)) ??
    null
  );
}

function isShown(subject: NicSubject, probe: GuestProbe): boolean {
  const path = guestPathOf(subject);
  if (netdevOf(subject, probe)) return true;
  return path !== null && probe.pci.some((one) => one.path === path);
}

function notProved(subject: NicSubject, why: string): PendingError {
  return new PendingError(
    `the definitions of ${subject.view.name} are as they should be; the guest is not proved: ${why}`,
    'guest: not proved',
    `hotnic list ${subject.view.name}`,
  );
}
