import { usageError } from '../../errors/hotnic-error.js';
import type { Step } from '../../plan/index.js';
import { markLiveOnly } from '../live-only-marks.js';
import type { PreparedAttach } from './prepare.js';

/**
 * Marks the NIC as meant to be in the running definition alone, so that no scan takes it for a ghost. A transient
 * domain has no other definition, and needs no mark.
 * @throws HotnicError `allow-live-only` (exit 2) when it is attached to the persistent definition too
 */
export function markLiveOnlySteps({ affect, view, mac }: PreparedAttach): readonly Step[] {
  if (!affect.live || affect.config)
    throw usageError(
      'allow-live-only',
      '--allow-live-only is for a NIC that is attached to the running definition alone',
      'add --live, or leave --allow-live-only out',
    );
  if (!view.persistent) return [];
  return [
    {
      name: 'mark-live-only',
      describe: `mark ${mac} in the running domain's metadata as meant to be live only`,
      onInterrupt: 'keep',
      async run() {
        await markLiveOnly(view.domain, mac, true);
        return undefined;
      },
      undo: () => markLiveOnly(view.domain, mac, false),
    },
  ];
}
