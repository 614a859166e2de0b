import { Domain } from 'node-libvirt';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { beginOf, settleRun, type JournalRun } from '../../journal/index.js';
import { findHalf } from './find-half.js';
import { openRuns } from './half-done.js';
import { changesBegun, requestOf, stateOfRun, stepsOf } from './run-state.js';
import { whoseOf, type ChangeSubject } from './subject.js';

/**
 * Closes the runs of a subject that need nobody any more: cut off before a change began, or with a request on its way
 * that has meanwhile been granted or has died with its boot. Whoever calls this holds the subject's lock.
 */
export async function tidyRuns(
  stateDir: string,
  subject: Domain | Exclude<ChangeSubject, { uuid: string }>,
): Promise<void> {
  let view: DomainView | null = null;
  for (const run of await openRuns(stateDir, whoseOf(subject))) {
    const state = stateOfRun(run);
    if (state === 'cut-off-before') {
      await settleRun(stateDir, run.id, { how: 'nothing-begun', by: null, text: cutOffText(run) });
    } else if (state === 'ended') {
      // With its end recorded and no request on its way, only the file's name is behind.
      if (run.file === 'pending' && subject instanceof Domain) {
        view ??= await viewDomain(subject);
        if (requestIsOn(run, view) || owesAct(run)) continue;
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

/** Whether an act of the run is still to be done once the NIC has gone (a VF is given back): resuming it does that. */
function owesAct(run: JournalRun): boolean {
  const begin = beginOf(run);
  if (!begin || requestOf(run)?.kind !== 'nic') return false;
  const done = new Set(
    run.entries.flatMap((entry) => (entry.type === 'step-end' && entry.ok ? [entry.step] : [])),
  );
  return stepsOf(begin).some(({ name, act }) => act !== undefined && !done.has(name));
}

function cutOffText(run: JournalRun): string {
  const ended = run.entries.some(({ type }) => type === 'step-end' || type === 'undo-end');
  return ended && changesBegun(run).length === 0
    ? 'cut off where nothing was left half done'
    : 'cut off before anything was changed';
}
