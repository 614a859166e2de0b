import { HotnicError } from '../../errors/hotnic-error.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import { observing } from '../../hypervisor/observing.js';
import { InterruptedError, PendingError, type Step } from '../../plan/index.js';
import { readDomain } from '../../xml/domain.js';
import type { DetachOptions } from './detach.js';
import { whyPending } from './pending.js';
import type { PreparedDetach } from './prepare.js';
import { askAndWait, type RemovalOutcome } from './removal-wait.js';

/**
 * Asks for the removal and waits for DEVICE_REMOVED. Detach by alias, because it answers at once (30 ms), where the
 * other call holds the connection for 5 s and then says success whether or not the guest has let go.
 */
export function releaseStep(prepared: PreparedDetach, { hypervisor, timeoutMs }: DetachOptions): Step {
  const { view, nic, slot, state } = prepared;
  const alias = nic.alias ?? '';
  const title = `detach ${alias} from ${view.name}`;
  return {
    name: 'release',
    describe: `ask for the removal of ${alias} (${slot.kind} slot) and wait for DEVICE_REMOVED, at the most ${timeoutMs / 1000} s`,
    input: { alias, slot: slot.kind },
    async run({ signal, progress, note }) {
      const signs = state.signs;
      if (!signs) throw new HotnicError('internal', 'the release step ran before the listen step');
      let outcome: RemovalOutcome;
      try {
        const domain = await observing(hypervisor, (observer) => observer.domainLookupByName(view.name));
        outcome = await askAndWait({
          ask: () => view.domain.detachDeviceAlias(alias, 1),
          stillThere: async () => (await readInterfaces(domain)).includes(alias),
          onSign: (listener) => signs.on(listener),
          rules: slot.rules,
          timeoutMs,
          signal,
          progress,
          note,
          what: `DEVICE_REMOVED of ${alias}`,
        });
      } catch (error) {
        throw explainLibvirt(error, title, 'both definitions are as they were');
      }
      state.proof.asked = outcome.asked;
      return judge(outcome, prepared, title, signs.removedAt);
    },
  };
}

// The live XML takes under 2 ms even while libvirt works on a detach (measured); a daemon that takes longer hangs.
const LOOK_MS = 2_000;

async function readInterfaces(domain: {
  getXMLDesc(flags?: number, options?: { readonly timeoutMs: number }): Promise<string>;
}): Promise<readonly (string | null)[]> {
  return readDomain(await domain.getXMLDesc(0, { timeoutMs: LOOK_MS })).interfaces.map((one) => one.alias);
}

function judge(outcome: RemovalOutcome, prepared: PreparedDetach, title: string, removedAt: number | null) {
  const { state, view } = prepared;
  switch (outcome.end) {
    case 'removed':
      state.released = true;
      state.proof.deviceRemovedAt = removedAt;
      return {
        asked: outcome.asked,
        deviceRemoved: removedAt === null ? 'seen in the definition' : new Date(removedAt).toISOString(),
      };
    case 'refused':
      throw new HotnicError('guest-refused', `${title}: the guest refused to let it go`, {
        seen: 'DEVICE_REMOVAL_FAILED',
        state: 'both definitions are as they were',
        next: 'look at the guest’s kernel log (dmesg), free the NIC there, and detach again',
      });
    case 'domain-stopped':
      throw new HotnicError(
        'domain-stopped',
        `${title}: ${view.name} stopped while the NIC was being released`,
        {
          state: 'the running definition is gone with the guest; the persistent one is as it was',
          next: `hotnic detach ${view.name} ${prepared.nic.mac ?? ''} --config`,
        },
      );
    case 'lost': {
      const message = `${title}: the connection to libvirt was lost while the guest was asked`;
      const next = `hotnic list ${view.name}`;
      if (outcome.asked === 0)
        throw new HotnicError('libvirt-lost', message, { state: 'nothing was asked of the guest', next });
      throw new PendingError(
        message,
        'libvirt-lost: the request was sent, whether the guest let go is not known; the persistent definition still has the NIC',
        next,
      );
    }
    case 'interrupted':
      throw new InterruptedError(
        outcome.asked === 0
          ? `${title}: interrupted before the guest was asked`
          : `${title}: interrupted; both definitions still have it, and the request, which cannot be taken back, is still with the guest`,
        'before',
        outcome.asked > 0,
      );
    case 'deadline': {
      const { kind, why, next } = whyPending(prepared, outcome.lastAnswer);
      throw new PendingError(
        `${title}: ${askedText(outcome.asked)}, not gone: ${why}`,
        `${kind}: the guest has not let go; both definitions still have the NIC`,
        next,
      );
    }
  }
}

function askedText(asked: number): string {
  if (asked === 0) return 'libvirt took no request';
  return asked === 1 ? 'asked once' : `asked ${asked} times`;
}
