/** Timers that all end when the simulator is closed. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();

  /** Runs something later. */
  after(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      run();
    }, ms);
    this.#running.add(timer);
  }

  /** Waits. A wait that is cleared never ends; the session it belongs to is gone by then. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
