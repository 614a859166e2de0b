import { configOnly } from './config-only.js';
import { definitionDrift } from './definition-drift.js';
import { driverless } from './driverless.js';
import { guestBlind } from './guest-blind.js';
import { guestGhost } from './guest-ghost.js';
import { hostMissing } from './host-missing.js';
import { healthy } from './healthy.js';
import { liveOnly } from './live-only.js';
import { offline } from './offline.js';
import { unknown } from './unknown.js';
import { unmanaged } from './unmanaged.js';
import { unregisterStuck } from './unregister-stuck.js';
import type { Case, Judge, Verdict } from './verdict.js';

// What is wrong in the guest or on the host comes before what is wrong in a definition: it stops packets now.
const JUDGES: readonly Judge[] = [
  unregisterStuck,
  guestBlind,
  hostMissing,
  driverless,
  unmanaged,
  guestGhost,
  liveOnly,
  configOnly,
  definitionDrift,
  offline,
  healthy,
];

/** The one verdict on a NIC: the first kind that recognises it, `unknown` when none does. Never throws. */
export function judge(subject: Case): Verdict {
  for (const recognise of JUDGES) {
    const verdict = recognise(subject);
    if (verdict) return verdict;
  }
  return unknown(subject);
}
