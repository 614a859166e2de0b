import { HotnicError } from '../../../errors/hotnic-error.js';
import { sameDefinition } from '../../../xml/edit.js';
import type { Step } from '../../../plan/index.js';
import { findHalf } from '../find-half.js';
import type { HalfRequest } from '../request.js';
import { elementOf } from './attachable.js';
import { proveDefinitionsStep, proveGuestStep, restoreGuestStep } from './prove-steps.js';
import { putStep, updateStep } from './put-steps.js';
import { halfWord, halvesOf, nicName, shouldBeThere, type HalfName, type NicSubject } from './subject.js';
import { takeOutConfigStep, takeOutLiveStep } from './take-steps.js';

/**
 * The steps that bring both definitions to the goal from where they are now: what is there already is left alone. Then
 * the proofs.
 * @throws HotnicError `world-moved-on` where neither side of the change is what is there now
 */
export function nicRecoverySteps(subject: NicSubject): readonly Step[] {
  const wanted = shouldBeThere(subject);
  const halves = halvesOf(subject);
  if (halves.length === 0)
    throw movedOn(subject, 'neither of the definitions that the run was about exists any more');
  const changes = halves.flatMap(({ name, half }) => changesOf(subject, name, half));
  const { request, view } = subject;
  const guestToo =
    request.live !== null && view.active && request.guest !== null && request.change !== 'update';
  const restore = wanted && subject.quiesced !== null && subject.guest !== null && view.active;
  return [
    ...changes,
    proveDefinitionsStep(subject),
    ...(guestToo ? [proveGuestStep(subject)] : []),
    ...(restore ? [restoreGuestStep(subject)] : []),
  ];
}

function changesOf(subject: NicSubject, name: HalfName, half: HalfRequest): readonly Step[] {
  const { request, view, goal } = subject;
  const now = findHalf(view[name], half);
  const wanted = half[goal];
  if (wanted === null) {
    if (!now) return [];
    const afterLive = request.live !== null && view.live !== null;
    return [name === 'live' ? takeOutLiveStep(subject, half) : takeOutConfigStep(subject, half, afterLive)];
  }
  if (request.change === 'update') return updateOf(subject, name, half, wanted);
  if (now) return [];
  refuseTaken(subject, name, half);
  return [putStep(subject, name, half, wanted)];
}

function updateOf(subject: NicSubject, name: HalfName, half: HalfRequest, wanted: string): readonly Step[] {
  const now = findHalf(subject.view[name], half);
  if (!now)
    throw movedOn(
      subject,
      `${nicName(subject)} is no longer in the ${halfWord(name)} definition of ${subject.view.name}`,
    );
  const differs = (xml: string | null) =>
    xml === null ? ['everything'] : sameDefinition(now.element, elementOf(xml)).map(({ path }) => path);
  if (differs(wanted).length === 0) return [];
  const other = differs(half[subject.goal === 'after' ? 'before' : 'after']);
  if (other.length > 0)
    throw movedOn(
      subject,
      `${nicName(subject)} was changed by something else in the ${halfWord(name)} definition since: ${other.join(', ')}`,
    );
  return [updateStep(subject, name, half, { wanted, had: now })];
}

/** The place must be free: another NIC of that MAC, or another device in that slot, is there for a reason. */
function refuseTaken(subject: NicSubject, name: HalfName, half: HalfRequest): void {
  const { view } = subject;
  const elsewhere = view[name]?.interfaces.find(
    (nic) =>
      nic.mac === half.mac &&
      !half.others.some(({ alias, address }) => alias === nic.alias && address === nic.pciAddress),
  );
  if (elsewhere)
    throw movedOn(
      subject,
      `a NIC with the MAC ${half.mac ?? ''} is at another place in the ${halfWord(name)} definition of ${view.name}`,
    );
  const [, bus = '', slot = ''] =
    /^[0-9a-f]{4}:([0-9a-f]{2}):([0-9a-f]{2})\.[0-7]$/.exec(half.address ?? '') ?? [];
  if (view[name]?.usedSlots.get(Number.parseInt(bus, 16))?.has(Number.parseInt(slot, 16)))
    throw movedOn(
      subject,
      `the slot ${half.address ?? ''} of ${nicName(subject)} is taken by another device in the ${halfWord(name)} definition of ${view.name}`,
    );
}

function movedOn(subject: NicSubject, why: string): HotnicError {
  return new HotnicError(
    'world-moved-on',
    `the run can no longer be ${subject.goal === 'after' ? 'finished' : 'undone'}: ${why}`,
    {
      state: 'nothing was changed',
      next: `hotnic list ${subject.view.name} shows how things stand`,
    },
  );
}
