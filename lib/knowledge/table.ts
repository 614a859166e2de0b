import { ATTACHING } from './attaching.js';
import { DEFINITIONS } from './definitions.js';
import { GUEST_SIDE } from './guest-side.js';
import { HOST_SIDE } from './host-side.js';
import { PASSTHROUGH } from './passthrough.js';
import { UNPLUG } from './unplug.js';
import type { Symptom } from './symptom.js';

/** Everything that is known, by theme. A message that fits two rows belongs to the one with more of its words. */
export const SYMPTOMS: readonly Symptom[] = [
  ...UNPLUG,
  ...ATTACHING,
  ...DEFINITIONS,
  ...PASSTHROUGH,
  ...GUEST_SIDE,
  ...HOST_SIDE,
];
