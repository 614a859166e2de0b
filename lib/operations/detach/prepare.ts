import type { Domain } from 'node-libvirt';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import type { Nic } from '../../nic/sighting.js';
import { openGuest, type GuestSession } from '../guest-session.js';
import { readNics, type GuestAnswer } from '../read-nics.js';
import { resolveAffect, type Affect } from '../shared/affect.js';
import { slotKindOf } from '../shared/slot-kind.js';
import { requireThere, selectNic } from '../shared/select-nic.js';
import { refuseManagementNic } from './management-nic.js';
import { slotRules, type SlotKind, type SlotRules } from './slot-rules.js';
import { freshDetachState, type DetachState } from './state.js';
import type { DetachOptions } from './detach.js';

/** All that is known before the first change: which NIC, where it is, how its slot lets go. */
export interface PreparedDetach extends AsyncDisposable {
  readonly view: DomainView;
  readonly nic: Nic;
  readonly nicNames: {
    readonly alias: string | null;
    readonly mac: string | null;
    readonly target: string | null;
    readonly guestName: string | null;
    readonly pciPath: string | null;
  };
  readonly affect: Affect;
  readonly slot: { readonly kind: SlotKind; readonly reason: string; readonly rules: SlotRules };
  readonly state: DetachState;
  readonly warnings: readonly string[];
}

/**
 * Finds the NIC and everything the steps need. Reads only.
 * @throws HotnicError `nic-unknown`, `nic-ambiguous`, `nic-not-there`, `management-nic`,
 *   `guest-unreachable` and what the channel throws
 */
export async function planDetach(options: DetachOptions, domain: Domain): Promise<PreparedDetach> {
  const { hypervisor, signal } = options;
  const view = await viewDomain(domain);
  const wanted = resolveAffect(options.affect, view);
  const state = freshDetachState();
  const warnings: string[] = [];
  try {
    const answer = await askGuest(options, view, wanted, state, warnings);
    const { nics } = await readNics(view, hypervisor.host, answer, signal);
    const nic = selectNic(
      nics.map((one) => one.nic),
      options.nic,
      view.name,
    );
    const affect = requireThere(nic, wanted, options.affect, view.name);
    if (affect.live && answer.probe && !options.allowManagementNic)
      refuseManagementNic(nic, answer.probe, view.name);
    const names = {
      alias: nic.alias,
      mac: nic.mac,
      target: nic.target,
      guestName: nic.guestName,
      pciPath: nic.pciPath,
    };
    return {
      view,
      nic,
      nicNames: names,
      affect,
      slot: slotOf(view, nic, state.guest),
      state,
      warnings,
      [Symbol.asyncDispose]: () => dispose(state),
    };
  } catch (error) {
    await dispose(state);
    throw error;
  }
}

async function askGuest(
  { guest, signal, progress }: DetachOptions,
  view: DomainView,
  affect: Affect,
  state: DetachState,
  warnings: string[],
): Promise<GuestAnswer> {
  if (!affect.live) return { probe: null, state: 'not-asked', why: 'the running definition is not changed' };
  if (guest === null) {
    warnings.push(
      'the guest is not asked: whether the NIC carries a connection, and whether the guest let go, is not known',
    );
    return { probe: null, state: 'not-asked', why: 'not asked' };
  }
  if (view.paused) {
    warnings.push(`${view.name} is paused: the guest cannot answer before it is resumed`);
    return { probe: null, state: 'unreadable', why: 'the domain is paused' };
  }
  progress.info(`asking the guest at ${guest.label}`);
  state.guest = await openGuest(guest, signal);
  return { probe: state.guest.probe };
}

function slotOf(view: DomainView, nic: Nic, guest: GuestSession | null): PreparedDetach['slot'] {
  const slot = slotKindOf(view.live, nic, guest?.probe ?? null);
  return { ...slot, rules: slotRules(slot.kind) };
}

async function dispose(state: DetachState): Promise<void> {
  await state.signs?.[Symbol.asyncDispose]();
  await state.guest?.[Symbol.asyncDispose]();
}
