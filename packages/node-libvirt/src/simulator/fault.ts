import type { ProcedureName } from '../protocol/procedures.js';

/** What goes wrong with a call. */
export type FaultAction =
  /** Answers an error; the call is not carried out. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly domain?: number }
  /** Hangs up; the call is not carried out. */
  | { readonly kind: 'drop' }
  /** Carries the call out, then hangs up instead of answering. */
  | { readonly kind: 'drop-after' }
  /** Carries the call out and never answers. */
  | { readonly kind: 'silence' }
  /** Answers so many milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Runs something when the call has been carried out, before its answer is sent. */
  | { readonly kind: 'before-reply'; readonly run: () => void }
  /** Sends these bytes instead of an answer. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** A fault and when it strikes. */
export interface Fault {
  /** The procedure, by its name in the table; "*" for every one. */
  readonly procedure: ProcedureName | '*';
  readonly action: FaultAction;
  /** How many calls it strikes; Infinity for all. Default 1. */
  readonly times?: number;
  /** How many calls it lets pass first. Default 0: { procedure: '*', after: 6, action: { kind: 'drop' } } is call 7. */
  readonly after?: number;
}

/** The faults that are set, each with what it has counted. */
export class Faults {
  readonly #set = new Set<{ fault: Fault; seen: number }>();

  /** Sets a fault; the result takes it away again. */
  add(fault: Fault): () => void {
    const entry = { fault, seen: 0 };
    this.#set.add(entry);
    return () => {
      this.#set.delete(entry);
    };
  }

  /** What strikes this call, if anything; every fault that fits counts it. */
  strike(procedure: ProcedureName): FaultAction | undefined {
    let action: FaultAction | undefined;
    for (const entry of this.#set) {
      const { procedure: wanted, after = 0, times = 1 } = entry.fault;
      if (wanted !== '*' && wanted !== procedure) continue;
      entry.seen += 1;
      if (entry.seen > after && entry.seen <= after + times) action ??= entry.fault.action;
    }
    return action;
  }
}
