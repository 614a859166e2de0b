import { setTimeout as sleep } from 'node:timers/promises';
import { PendingError, type Step } from '../../plan/index.js';
import type { AttachOptions } from './attach.js';
import type { PreparedAttach } from './prepare.js';

// Addresses come by DHCP or by hand, seconds later; the streams do not carry them, so the guest is asked again.
const EVERY_MS = 1_000;

/** Waits until the guest has an address on the NIC that is more than link-local. */
export function waitAddressStep({ state, view, mac }: PreparedAttach, { timeoutMs }: AttachOptions): Step {
  return {
    name: 'wait-address',
    describe: `wait for an address in the guest, at the most ${timeoutMs / 1000} s`,
    changes: false,
    onInterrupt: 'keep',
    async run({ signal, progress }) {
      const since = Date.now();
      for (;;) {
        const probe = await state.guest?.probeAgain(signal);
        const netdev = probe?.netdevs.find(({ name }) => name === state.proof.guestName);
        const usable =
          netdev?.addresses.filter(({ scope, tentative }) => scope === 'global' && !tentative) ?? [];
        if (usable.length > 0) {
          state.proof.addresses = usable.map(({ address, prefix }) => `${address}/${prefix}`);
          state.proof.provedAt = Date.now();
          return { addresses: [...state.proof.addresses] };
        }
        if (Date.now() - since > timeoutMs)
          throw new PendingError(
            `${mac} is attached, and ${state.proof.guestName ?? 'it'} has no address after ${timeoutMs / 1000} s`,
            netdev?.up
              ? 'address: nothing gave one'
              : `address: ${state.proof.guestName ?? 'the netdev'} is down, nothing in the guest has set it up`,
            `hotnic list ${view.name}; give it an address in the guest`,
          );
        progress.waiting(`an address on ${state.proof.guestName ?? mac}`, since, since + timeoutMs);
        await sleep(EVERY_MS, undefined, { signal });
      }
    },
  };
}
