import { CallTimeoutError, ConnectionLostError } from 'node-libvirt';
import { recogniseMessage } from '../../knowledge/index.js';
import type { Progress } from '../../plan/index.js';
import type { SlotRules } from './slot-rules.js';

/** What libvirt tells of a device while it is waited for. */
export type RemovalSign = 'removed' | 'refused' | 'domain-stopped' | 'lost';

/** How the wait ended. */
export type RemovalOutcome =
  | {
      readonly end: 'removed' | 'refused' | 'domain-stopped' | 'lost';
      readonly at: number;
      readonly asked: number;
    }
  | { readonly end: 'deadline' | 'interrupted'; readonly asked: number; readonly lastAnswer: string | null };

export interface RemovalWait {
  /** Sends one request. Resolves when libvirt took it; rejects with libvirt's error. */
  readonly ask: () => Promise<void>;
  /** Reads the running definition anew: is the device still in it? */
  readonly stillThere: () => Promise<boolean>;
  /** Registers for signs; they may come before `ask` returns. */
  readonly onSign: (listener: (sign: RemovalSign) => void) => () => void;
  readonly rules: SlotRules;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly note: (text: string) => void;
  /** What is waited for, in words: "DEVICE_REMOVED of net1". */
  readonly what: string;
}

/**
 * Asks for a device's removal and waits until libvirt says that it is gone. "Already in the process of unplug" and
 * "power indicator blinking" mean waiting; a request is repeated only by the rules of the slot. An interrupt does not
 * take the request back, so for the slot's grace time it is still waited for: else the NIC could leave the running
 * definition a moment after hotnic has ended.
 */
export async function askAndWait(wait: RemovalWait): Promise<RemovalOutcome> {
  const { rules, signal, progress, note } = wait;
  const look = () => lookAt(wait);
  const since = Date.now();
  const until = { deadline: since + wait.timeoutMs, interrupted: false };
  let asked = 0;
  let tried = false;
  let looked = false;
  let lastAnswer: string | null = null;
  let nextAsk: number | null = since;
  const signs = collectSigns(wait.onSign);
  const wake = () => {
    until.interrupted = true;
    until.deadline = Math.min(until.deadline, Date.now() + rules.graceMs);
    signs.wake();
  };
  signal.addEventListener('abort', wake, { once: true });
  if (signal.aborted) wake();
  try {
    for (;;) {
      const sign = signs.take();
      if (sign) return { end: sign.sign, at: sign.at, asked };
      const now = Date.now();
      // Asked once at the least: with no time to wait the request still goes out.
      if ((now >= until.deadline && tried) || (until.interrupted && asked === 0)) break;
      if (nextAsk !== null && now >= nextAsk && !until.interrupted) {
        const answer = await tryAsk(wait, look);
        tried = true;
        looked = false;
        asked += answer.taken ? 1 : 0;
        lastAnswer = answer.text;
        note(answer.text ?? (asked === 1 ? 'request sent' : `request sent again (${asked})`));
        if (answer.gone) return { end: 'removed', at: Date.now(), asked };
        nextAsk = answer.lost ? null : answer.taken ? plus(rules.askAgainMs) : plus(rules.retryBusyMs);
        continue;
      }
      progress.waiting(wait.what, since, until.deadline);
      // The event can be lost with libvirtd's restart; a look at the definition each second costs under 2 ms.
      const ask = until.interrupted ? Infinity : (nextAsk ?? Infinity);
      await signs.sleep(Math.min(until.deadline, ask, now + 1_000) - now);
      if (signs.pending()) continue;
      const seen = await look();
      looked = true;
      if (seen === 'gone') return { end: 'removed', at: Date.now(), asked };
      if (seen === 'lost') return { end: 'lost', at: Date.now(), asked };
    }
    if (asked > 0 && !looked && (await look()) === 'gone') return { end: 'removed', at: Date.now(), asked };
    return { end: until.interrupted ? 'interrupted' : 'deadline', asked, lastAnswer };
  } finally {
    signal.removeEventListener('abort', wake);
    signs.close();
  }
}

function plus(ms: number | null): number | null {
  return ms === null ? null : Date.now() + ms;
}

interface Answer {
  readonly taken: boolean;
  readonly gone: boolean;
  /** No answer came: whether libvirt took the request is not known, so it counts as taken and is not repeated. */
  readonly lost: boolean;
  readonly text: string | null;
}

async function tryAsk(wait: RemovalWait, look: () => Promise<'there' | 'gone' | 'lost'>): Promise<Answer> {
  const answer = { taken: true, gone: false, lost: false, text: null };
  try {
    await wait.ask();
    return answer;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = recogniseMessage(message);
    if (known?.means === 'waiting')
      return { ...answer, taken: known.id === 'unplug-in-progress', text: message };
    const lost = (error instanceof ConnectionLostError && error.sent) || error instanceof CallTimeoutError;
    if (!lost && (await look()) !== 'gone') throw error;
    return { ...answer, gone: !lost, lost, text: message };
  }
}

/** A definition that cannot be read in time is no proof of anything: the device counts as there. */
async function lookAt(wait: RemovalWait): Promise<'there' | 'gone' | 'lost'> {
  try {
    return (await wait.stillThere()) ? 'there' : 'gone';
  } catch (error) {
    if (error instanceof CallTimeoutError) return 'there';
    if (error instanceof ConnectionLostError) return 'lost';
    throw error;
  }
}

/** Signs arrive at any time; the loop takes them when it looks. */
function collectSigns(onSign: RemovalWait['onSign']) {
  const waiting: { sign: RemovalSign; at: number }[] = [];
  let ring: (() => void) | null = null;
  const wake = () => {
    ring?.();
  };
  const off = onSign((sign) => {
    waiting.push({ sign, at: Date.now() });
    wake();
  });
  return {
    take: () => waiting.shift() ?? null,
    pending: () => waiting.length > 0,
    wake,
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        if (waiting.length > 0 || ms <= 0) {
          resolve();
          return;
        }
        const timer = setTimeout(done, ms);
        function done() {
          clearTimeout(timer);
          ring = null;
          resolve();
        }
        ring = done;
      }),
    close: off,
  };
}
