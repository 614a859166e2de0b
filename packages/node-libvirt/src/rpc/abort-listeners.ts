/**
 * Many listeners to a signal behind one: Node warns of a leak beyond ten, and thousands of calls may share a signal. The
 * one is taken off with the last of them.
 */
export class AbortListeners {
  readonly #signals = new Map<
    AbortSignal,
    { readonly listeners: Set<() => void>; readonly onAbort: () => void }
  >();

  /** Calls `listener` when the signal aborts; gives what takes it off again. */
  add(signal: AbortSignal | undefined, listener: () => void): () => void {
    if (signal === undefined) return () => undefined;
    const entry = this.#signals.get(signal) ?? this.#listen(signal);
    entry.listeners.add(listener);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0) return;
      signal.removeEventListener('abort', entry.onAbort);
      this.#signals.delete(signal);
    };
  }

  #listen(signal: AbortSignal): { listeners: Set<() => void>; onAbort: () => void } {
    const listeners = new Set<() => void>();
    const onAbort = (): void => {
      for (const listener of [...listeners]) listener();
    };
    const entry = { listeners, onAbort };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#signals.set(signal, entry);
    return entry;
  }
}
