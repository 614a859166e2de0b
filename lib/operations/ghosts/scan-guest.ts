import type { DomainView } from '../../hypervisor/domain-view.js';
import { EXIT, HotnicError, isHotnicError } from '../../errors/hotnic-error.js';
import type { GuestAnswer } from '../read-nics.js';
import type { ScanOptions } from './scan-options.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** The guest's answer, or why there is none. Only an interrupt and a wrong configuration are thrown. */
export async function guestAnswer(view: DomainView, options: ScanOptions): Promise<GuestAnswer> {
  const { askGuest, signal } = options;
  if (!askGuest) return { probe: null, state: 'not-asked', why: 'not asked' };
  if (!view.active) return { probe: null, state: 'absent', why: 'the domain is shut off' };
  if (view.paused) return { probe: null, state: 'unreadable', why: 'the domain is paused' };
  try {
    return await withDeadline(options.guestTimeoutMs ?? DEFAULT_TIMEOUT_MS, signal, (inTime) =>
      askGuest(view, inTime),
    );
  } catch (error) {
    if (signal.aborted || (isHotnicError(error) && error.exitCode === EXIT.usage)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const next = isHotnicError(error) ? error.details.next : undefined;
    options.onProblem?.(
      `${view.name}: the guest could not be asked: ${why}${next === undefined ? '' : `\n  next: ${next}`}`,
    );
    return { probe: null, state: 'unreadable', why };
  }
}

/** Gives up after the deadline even where the work does not listen to its signal: one hung guest holds up no scan. */
async function withDeadline<T>(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = new HotnicError('guest-timeout', `the guest did not answer within ${ms / 1000} s`, {
    next: 'look at its console (virsh console), or give it longer: --guest-timeout SECONDS',
  });
  const stop = (reason: unknown) => {
    controller.abort(reason);
  };
  const onOuter = () => {
    stop(outer.reason);
  };
  const timer = setTimeout(stop, ms, late);
  outer.addEventListener('abort', onOuter, { once: true });
  const given = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => {
      reject(controller.signal.reason as Error);
    });
  });
  try {
    if (outer.aborted) onOuter();
    return await Promise.race([work(controller.signal), given]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', onOuter);
  }
}
