import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { QuiesceUndo } from '../../../guest/quiesce.js';
import { viewDomain, type DomainView } from '../../../hypervisor/domain-view.js';
import type { JournalRun } from '../../../journal/index.js';
import { SAVED, type Progress } from '../../../plan/index.js';
import { slotRules } from '../../detach/slot-rules.js';
import { openGuest, type GuestSession } from '../../guest-session.js';
import { findHalf } from '../find-half.js';
import type { Family } from '../family.js';
import type { RecoverOptions } from '../recover.js';
import type { NicRequest } from '../request.js';
import type { NicSubject } from './subject.js';

/** Reads what the recovery of a NIC works with: the definitions, and the guest where it can be asked. */
export async function nicSubject(
  family: Family,
  request: NicRequest,
  goal: 'after' | 'before',
  first: DomainView,
  options: RecoverOptions,
): Promise<NicSubject> {
  const view = await requestAnswered(family, request, goal, first, options);
  const { guest, trouble } = await askGuest(request, view, options);
  return {
    hypervisor: options.hypervisor,
    view,
    request,
    goal,
    timeoutMs: options.timeoutMs,
    guest,
    guestTrouble: trouble,
    quiesced: quiescedBefore(family),
    warnings: trouble === null ? [] : [`the guest is not asked: ${trouble}`],
  };
}

/**
 * A removal that was asked for cannot be taken back: a NIC that shall stay may still leave within the slot's grace
 * time. So that time is waited for, counted from the asking; then how things stand counts. A guest that had not
 * answered when its run ended (it was paused, or booting) may answer any time: then it is counted from now.
 */
async function requestAnswered(
  { runs }: Family,
  request: NicRequest,
  goal: 'after' | 'before',
  first: DomainView,
  { signal, progress, dryRun }: { signal: AbortSignal; progress: Progress; dryRun: boolean },
): Promise<DomainView> {
  const { live, slot } = request;
  const asked = runs
    .flatMap(({ entries }) => entries)
    .filter(asksToGo)
    .map(({ at }) => Date.parse(at));
  if (dryRun || live === null || live[goal] === null || asked.length === 0) return first;
  const since = Date.now();
  const unanswered = runs.some((run) =>
    run.entries.some((entry) => entry.type === 'run-end' && UNANSWERED.has(entry.outcome)),
  );
  const from = unanswered ? since : Math.min(Math.max(...asked), since);
  const until = from + slotRules(slot).graceMs;
  let view = first;
  while (Date.now() < until && findHalf(view.live, live) !== null) {
    progress.waiting('the answer to a removal that was asked for before', since, until);
    await sleep(250, undefined, { signal });
    view = await viewDomain(first.domain);
  }
  return view;
}

const UNANSWERED: ReadonlySet<string> = new Set(['pending', 'half', 'interrupted']);

/** What begins to ask the guest: steps that take the NIC out, and the undo of those that have put it in. */
const ASKING: ReadonlySet<string> = new Set([
  'step-begin release',
  'step-begin take-out-live',
  'undo-begin attach-device',
  'undo-begin put-live',
]);

function asksToGo(entry: JournalRun['entries'][number]): boolean {
  return 'step' in entry && ASKING.has(`${entry.type} ${entry.step ?? ''}`);
}

async function askGuest(
  request: NicRequest,
  view: DomainView,
  { guest, signal, progress }: RecoverOptions,
): Promise<{ readonly guest: GuestSession | null; readonly trouble: string | null }> {
  const asked =
    guest !== null && request.live !== null && request.guest !== null && request.change !== 'update';
  if (!asked || !view.active) return { guest: null, trouble: null };
  if (view.paused) return { guest: null, trouble: `${view.name} is paused` };
  progress.info(`asking the guest at ${guest.label}`);
  try {
    return { guest: await openGuest(guest, signal), trouble: null };
  } catch (error) {
    signal.throwIfAborted();
    return { guest: null, trouble: error instanceof Error ? error.message : String(error) };
  }
}

// What lib/guest/quiesce wrote into the journal; words that go back into a command of the guest are plain ones.
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:/_%+-]{0,63}$/);
const name = z.string().regex(/^[^\s/\0-\x20-][^\s/\0-\x20]{0,14}$/);
const quiesceUndo: z.ZodType<QuiesceUndo> = z.strictObject({
  netdev: name,
  ifindex: z.int(),
  up: z.boolean(),
  master: name.nullable(),
  addresses: z.array(z.array(word)),
  routes: z.array(z.strictObject({ family: z.enum(['4', '6']), words: z.array(word) })),
  unsaved: z.array(z.string()),
});

/** What was saved; where the process was killed before that, what the probe had seen. */
function quiescedBefore({ runs }: Family): QuiesceUndo | null {
  const entries = runs
    .flatMap((run) => run.entries)
    .filter((entry) => 'step' in entry && entry.step === 'quiesce');
  const saved = entries.find((entry) => entry.type === 'note' && entry.text === SAVED);
  const begun = entries.find((entry) => entry.type === 'step-begin');
  const input = begun?.type === 'step-begin' ? begun.input : null;
  const probed = typeof input === 'object' && input !== null && 'before' in input ? input.before : null;
  const parsed = quiesceUndo.safeParse(saved?.type === 'note' ? saved.data : probed);
  return parsed.success ? parsed.data : null;
}
