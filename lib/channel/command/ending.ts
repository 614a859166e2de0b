import type { Exit, Sink } from './launch.js';

/**
 * Decides when a command is over: its exit is known and its output has ended, or nothing more came for `quietMs` after
 * the exit. Without the second rule a command that leaves a daemon behind would never end, because the daemon holds
 * its output open.
 */
export class Ending {
  #exit: Exit | undefined;
  #over = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sink: Sink,
    private readonly quietMs: number,
    /** Lets go of the transport's streams; called once, when the command is over. */
    private readonly release: () => void,
  ) {}

  get over(): boolean {
    return this.#over;
  }

  /** True once the process has ended, even if its output has not. */
  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  exited(exit: Exit): void {
    this.#exit ??= exit;
    this.#wait();
  }

  stdout(chunk: Buffer): void {
    if (!this.#over) {
      this.sink.stdout(chunk);
      this.#wait();
    }
  }

  stderr(chunk: Buffer): void {
    if (!this.#over) {
      this.sink.stderr(chunk);
      this.#wait();
    }
  }

  /** Output has ended; `exit` is what is said if no exit was ever reported. */
  closed(exit: Exit): void {
    if (this.#finish()) {
      this.sink.closed(this.#exit ?? exit);
    }
  }

  lost(error: Error): void {
    if (this.#finish()) {
      this.sink.lost(error);
    }
  }

  #wait(): void {
    const exit = this.#exit;
    if (exit !== undefined && !this.#over) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.closed(exit);
      }, this.quietMs);
    }
  }

  #finish(): boolean {
    if (this.#over) {
      return false;
    }
    this.#over = true;
    clearTimeout(this.#timer);
    this.release();
    return true;
  }
}
