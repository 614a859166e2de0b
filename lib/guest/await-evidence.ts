import { ArrivalEvidence } from './evidence-arrival.js';
import { DepartureEvidence } from './evidence-departure.js';
import type {
  ArrivalMatcher,
  ArrivalState,
  AwaitedEvidence,
  AwaitOptions,
  DepartureState,
  DepartureTarget,
} from './evidence-types.js';
import { now } from './now.js';
import type { GuestEvent, GuestWatch } from './watch-types.js';

/**
 * Waits until the NIC has arrived and its name is final. Never throws at the deadline: what was and what was not seen
 * is the result. Throws the abort reason.
 */
export function awaitArrival(
  watch: GuestWatch,
  matcher: ArrivalMatcher,
  options: AwaitOptions<ArrivalState>,
): Promise<AwaitedEvidence<ArrivalState, ArrivalEvidence>> {
  const evidence = new ArrivalEvidence(matcher, watch.finalNameBy);
  return awaitEvidence(watch, evidence, (state) => state.settled !== null, options);
}

/** Waits until the NIC is gone for kernel and udev; like `awaitArrival` otherwise. */
export function awaitDeparture(
  watch: GuestWatch,
  target: DepartureTarget,
  options: AwaitOptions<DepartureState>,
): Promise<AwaitedEvidence<DepartureState, DepartureEvidence>> {
  const evidence = new DepartureEvidence(target, watch.finalNameBy);
  return awaitEvidence(watch, evidence, (state) => state.gone !== null, options);
}

interface Evidence<State> {
  readonly state: State;
  event(event: GuestEvent): boolean;
  missing(): string[];
}

async function awaitEvidence<State, E extends Evidence<State>>(
  watch: GuestWatch,
  evidence: E,
  done: (state: State) => boolean,
  options: AwaitOptions<State>,
): Promise<AwaitedEvidence<State, E>> {
  const { signal, sinceMs = -Infinity } = options;
  signal?.throwIfAborted();
  for (const event of watch.history) if (event.at >= sinceMs) evidence.event(event);

  let finish: (outcome: 'seen' | 'deadline' | 'lost' | 'aborted') => void = () => undefined;
  const outcome = new Promise<'seen' | 'deadline' | 'lost' | 'aborted'>((resolve) => (finish = resolve));
  const off = watch.onEvent((event) => {
    if (!evidence.event(event)) return;
    options.onProgress?.(evidence.state);
    if (done(evidence.state)) finish('seen');
  });
  const abort = () => {
    finish('aborted');
  };
  signal?.addEventListener('abort', abort, { once: true });
  let error: Error | null = null;
  void watch.ended.then((reason) => {
    error = reason;
    finish('lost');
  });
  const timer = setTimeout(finish, Math.max(0, options.deadlineMs - now()), 'deadline');
  if (done(evidence.state)) finish('seen');
  try {
    const ended = await outcome;
    if (ended === 'aborted') signal?.throwIfAborted();
    const { state } = evidence;
    const seen = done(state);
    return {
      outcome: seen ? 'seen' : ended === 'lost' ? 'lost' : 'deadline',
      state,
      evidence,
      missing: seen ? [] : evidence.missing(),
      error,
    };
  } finally {
    clearTimeout(timer);
    off();
    signal?.removeEventListener('abort', abort);
  }
}
