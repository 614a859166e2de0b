import { configOnly } from './config-only.js';
import { configResidue } from './config-residue.js';
import { definitionDrift } from './definition-drift.js';
import { definitionOrphan } from './definition-orphan.js';
import { detachPending } from './detach-pending.js';
import { driverless } from './driverless.js';
import { guestBlind } from './guest-blind.js';
import { guestGhost } from './guest-ghost.js';
import { hostMissing } from './host-missing.js';
import { healthy } from './healthy.js';
import { leaseConflict } from './lease-conflict.js';
import { liveOnly } from './live-only.js';
import { offline } from './offline.js';
import { passthroughNic } from './passthrough-nic.js';
import { qemuOrphan } from './qemu-orphan.js';
import { unknown } from './unknown.js';
import { unmanaged } from './unmanaged.js';
import { unregisterStuck } from './unregister-stuck.js';
import type { Case, Judge, Verdict } from './verdict.js';

// A cause comes before what follows from it: where the machine has lost a function, nobody can have it; where QEMU and libvirt differ, the guest cannot agree with both; a kernel
// that cannot let go explains a removal that is pending, and a pending removal explains what else is missing. Then what
// stops packets now (guest, host), last what is wrong in a definition.
const JUDGES: readonly Judge[] = [
  passthroughNic,
  definitionOrphan,
  unregisterStuck,
  detachPending,
  qemuOrphan,
  guestBlind,
  hostMissing,
  driverless,
  unmanaged,
  guestGhost,
  configResidue,
  leaseConflict,
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
