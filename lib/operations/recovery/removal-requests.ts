import { beginOf, type JournalRun } from '../../journal/index.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import { parseMac } from '../../nic/mac-address.js';
import type { RemovalRequest } from '../../verdicts/index.js';
import { findHalf } from './find-half.js';
import { openRuns } from './half-done.js';
import type { NicRequest } from './request.js';
import { requestOf, stateOfRun } from './run-state.js';

/** A run that asked a guest to let a NIC go, and did not see it go. */
export interface AskingRun {
  readonly run: string;
  readonly askedAt: number;
  readonly request: NicRequest;
}

/** Reads them from the journal, of all domains: once for a whole scan. */
export async function askingRuns(stateDir: string): Promise<readonly AskingRun[]> {
  return (await openRuns(stateDir)).flatMap((run) => {
    const request = requestOf(run);
    const at = request?.kind === 'nic' && takesOut(request) ? askedAt(run) : null;
    return request?.kind === 'nic' && at !== null ? [{ run: run.id, askedAt: at, request }] : [];
  });
}

/** Those that concern this boot of the domain, and a NIC that is still in one of its definitions. */
export function removalRequestsOf(runs: readonly AskingRun[], view: DomainView): readonly RemovalRequest[] {
  const boot = view.live?.id ?? null;
  if (boot === null) return [];
  return runs.flatMap(({ run, askedAt: at, request }) => {
    const { domain, live, config, goal } = request;
    if (live === null || domain.uuid !== view.uuid || domain.boot !== boot) return [];
    const nic = findHalf(view.live, live);
    const left = nic ?? (config === null ? null : findHalf(view.config, config));
    if (!left) return [];
    const mac = left.mac ?? parseMac(live.mac ?? '');
    const fromBoth = config !== null && config[goal] === null;
    return [{ alias: nic?.alias ?? null, mac, askedAt: at, goneSince: nic === null, fromBoth, run }];
  });
}

/** Removals that were asked for in this boot of a domain and are not proved, for judging it (Case.removalRequests). */
export async function removalRequests(
  stateDir: string,
  view: DomainView,
): Promise<readonly RemovalRequest[]> {
  return removalRequestsOf(await askingRuns(stateDir), view);
}

/** The sides of a change on which the NIC is gone are those worked towards. */
function takesOut({ live, goal }: NicRequest): boolean {
  return live !== null && live[goal] === null;
}

/** Steps that ask a guest; the note that the request was sent comes a moment after it. */
const ASKING = new Set(['release', 'take-out-live']);

function askedAt(run: JournalRun): number | null {
  if (stateOfRun(run) === 'settled' || beginOf(run) === null) return null;
  const asked = run.entries.find((entry) => entry.type === 'step-begin' && ASKING.has(entry.step));
  return asked ? Date.parse(asked.at) : null;
}
