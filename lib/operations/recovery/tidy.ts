import type { Domain } from 'node-libvirt';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { settleRun, type JournalRun } from '../../journal/index.js';
import { findHalf } from './find-half.js';
import { openRuns } from './half-done.js';
import { changesBegun, requestOf, stateOfRun } from './run-state.js';

/**
 * Closes the runs of a domain that need nobody any more: cut off before a change began, or with a request on its way
 * that has meanwhile been granted or has died with its boot. Whoever calls this holds the domain's lock.
 */
export async function tidyRuns(stateDir: string, domain: Domain | null): Promise<void> {
  let view: DomainView | null = null;
  for (const run of await openRuns(stateDir, domain?.uuid ?? null)) {
    const state = stateOfRun(run);
    if (state === 'cut-off-before') {
      await settleRun(stateDir, run.id, { how: 'nothing-begun', by: null, text: cutOffText(run) });
    } else if (state === 'ended') {
      // With its end recorded and no request on its way, only the file's name is behind.
      if (run.file === 'pending' && domain !== null) {
        view ??= await viewDomain(domain);
        if (requestIsOn(run, view)) continue;
      }
      await settleRun(stateDir, run.id, {
        how: 'over',
        by: null,
        text:
          run.file === 'pending'
            ? 'what was asked for has come about, or its boot is over'
            : 'its end is recorded',
      });
    } else if (state === 'settled') {
      await settleRun(stateDir, run.id, { how: 'over', by: null, text: 'it was settled before' });
    }
  }
}

/** Whether the removal that a run asked for can still come about: the same boot, and the NIC is still there. */
function requestIsOn(run: JournalRun, view: DomainView): boolean {
  const request = requestOf(run);
  if (request?.kind !== 'nic' || request.live === null) return false;
  const boot = view.live?.id ?? null;
  return boot !== null && request.domain.boot === boot && findHalf(view.live, request.live) !== null;
}

function cutOffText(run: JournalRun): string {
  const ended = run.entries.some(({ type }) => type === 'step-end' || type === 'undo-end');
  return ended && changesBegun(run).length === 0
    ? 'cut off where nothing was left half done'
    : 'cut off before anything was changed';
}
