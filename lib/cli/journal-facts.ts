import type { DomainView } from '../hypervisor/domain-view.js';
import type { RemovalRequest } from '../verdicts/index.js';
import type { ParsedArgs } from './command.js';
import { stateDir, type CliContext } from './context.js';

/** What the journal says that a scan should know. */
export interface JournalFacts {
  readonly removalRequests: (view: DomainView) => Promise<readonly RemovalRequest[]>;
}

/**
 * Looks into the journal for runs that are not settled; once for all domains. A journal that cannot be read takes
 * nothing from a scan but that knowledge, and is told.
 */
export function journalFacts(args: ParsedArgs, context: CliContext): JournalFacts {
  let asking: Promise<(view: DomainView) => readonly RemovalRequest[]> | undefined;
  return {
    removalRequests: async (view) => (await (asking ??= readAsking(args, context)))(view),
  };
}

async function readAsking(
  args: ParsedArgs,
  context: CliContext,
): Promise<(view: DomainView) => readonly RemovalRequest[]> {
  const dir = stateDir(context, args.text('state-dir'));
  try {
    const { listRuns } = await import('../journal/folder.js');
    // Reading a run needs its schema; most often there is none to read.
    if ((await listRuns(dir, ['open', 'pending'])).length === 0) return () => [];
    const { askingRuns, removalRequestsOf } = await import('../operations/recovery/removal-requests.js');
    const runs = await askingRuns(dir);
    return (view) => removalRequestsOf(runs, view);
  } catch (error) {
    context.out.info(
      `the journal could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return () => [];
  }
}

/** A line for each run that was cut off half-way. */
export async function halfDoneLines(args: ParsedArgs, context: CliContext): Promise<readonly string[]> {
  const dir = stateDir(context, args.text('state-dir'));
  try {
    const { listRuns } = await import('../journal/folder.js');
    if ((await listRuns(dir, ['open'])).length === 0) return [];
    const { halfDoneRuns } = await import('../operations/recovery/half-done.js');
    return (await halfDoneRuns(dir)).map(
      ({ run, title }) =>
        `half done: ${title} (run ${run}): hotnic journal resume ${run} finishes it, hotnic journal undo ${run} takes it back`,
    );
  } catch {
    // What is wrong with the journal has been told where it was asked for removals.
    return [];
  }
}
