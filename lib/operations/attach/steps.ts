import type { Step } from '../../plan/index.js';
import type { AttachOptions } from './attach.js';
import type { PreparedAttach } from './prepare.js';
import { attachDeviceStep } from './step-attach-device.js';
import { markLiveOnlySteps } from './step-mark-live-only.js';
import { proveDefinitionsStep } from './step-prove-definitions.js';
import { proveGuestStep } from './step-prove-guest.js';
import { settleStep } from './step-settle.js';
import { waitAddressStep } from './step-wait-address.js';
import { watchGuestStep } from './step-watch-guest.js';

/** The steps of an attach, in their order. */
export function attachSteps(prepared: PreparedAttach, options: AttachOptions): readonly Step[] {
  const { state, affect, settleMs } = prepared;
  const steps: Step[] = [];
  if (state.guest) steps.push(watchGuestStep(prepared));
  const marks = options.allowLiveOnly === true ? markLiveOnlySteps(prepared) : [];
  steps.push(attachDeviceStep(prepared, options), ...marks, proveDefinitionsStep(prepared, options));
  if (affect.live) steps.push(proveGuestStep(prepared, options));
  if (settleMs > 0) steps.push(settleStep(prepared, options, settleMs));
  if (options.waitIp && state.guest) steps.push(waitAddressStep(prepared, options));
  return steps;
}
