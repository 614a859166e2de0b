import type { Step } from '../../plan/index.js';
import type { DetachOptions } from './detach.js';
import { carriesSession } from './management-nic.js';
import type { PreparedDetach } from './prepare.js';
import { listenStep } from './step-listen.js';
import { proveDefinitionsStep } from './step-prove-definitions.js';
import { proveGuestStep } from './step-prove-guest.js';
import { quiesceStep } from './step-quiesce.js';
import { releaseStep } from './step-release.js';
import { removeConfigStep } from './step-remove-config.js';

/** The steps of a detach, in their order; which of them there are depends on where the NIC is. */
export function detachSteps(prepared: PreparedDetach, options: DetachOptions): readonly Step[] {
  const { affect, state, nic } = prepared;
  const steps: Step[] = [];
  if (affect.live) {
    steps.push(listenStep(prepared, options));
    // The NIC that carries the session cannot be quiesced through it: the connection goes with the device.
    if (state.guest && nic.guestName !== null && !carriesSession(nic, state.guest.probe))
      steps.push(quiesceStep(state.guest, nic.guestName, state));
    steps.push(releaseStep(prepared, options));
  }
  if (affect.config) steps.push(removeConfigStep(prepared, options));
  steps.push(proveDefinitionsStep(prepared, options));
  if (affect.live) steps.push(proveGuestStep(prepared, options));
  return steps;
}
