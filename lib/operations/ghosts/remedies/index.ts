import type { VerdictKind } from '../../../verdicts/index.js';
import type { RemedyFinder } from '../remedy.js';
import { configOnlyCure } from './config-only.js';
import { definitionDriftCure } from './definition-drift.js';
import { definitionOrphanCure } from './definition-orphan.js';
import { detachPendingCure } from './detach-pending.js';
import { hostMissingCure } from './host-missing.js';
import { hostOrphanCure } from './host-orphan.js';
import { leaseConflictCure } from './lease-conflict.js';
import { liveOnlyCure } from './live-only.js';
import { passthroughOrphanCure } from './passthrough-orphan.js';
import { qemuOrphanCure } from './qemu-orphan.js';
import { xenstoreResidueCure } from './xenstore-residue.js';
import { guestBlindCure } from './guest-blind.js';
import { guestGhostCure } from './guest-ghost.js';
import { driverlessCure } from './driverless.js';
import { unregisterStuckCure } from './unregister-stuck.js';
import { configResidueCure } from './config-residue.js';

/** The cures by ghost kind; a kind without an entry needs none, or has none. */
export const REMEDIES: Readonly<Partial<Record<VerdictKind, RemedyFinder>>> = {
  'guest-blind': guestBlindCure,
  'guest-ghost': guestGhostCure,
  driverless: driverlessCure,
  'unregister-stuck': unregisterStuckCure,
  'config-residue': configResidueCure,
  'config-only': configOnlyCure,
  'definition-drift': definitionDriftCure,
  'definition-orphan': definitionOrphanCure,
  'detach-pending': detachPendingCure,
  'host-missing': hostMissingCure,
  'host-orphan': hostOrphanCure,
  'lease-conflict': leaseConflictCure,
  'live-only': liveOnlyCure,
  'passthrough-orphan': passthroughOrphanCure,
  'qemu-orphan': qemuOrphanCure,
  'xenstore-residue': xenstoreResidueCure,
};
