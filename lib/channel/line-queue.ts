import type { Line } from './channel.js';

/** Text kept for a slow reader whatever the number of lines: 16 Mi UTF-16 units. */
const TEXT_LIMIT = 16 * 1024 * 1024;

/**
 * Lines between a command that writes and a reader that may be slow. Bounded: beyond the limits the oldest line is
 * dropped and counted, so that what a reader gets is always the newest.
 */
export class LineQueue {
  #lines: Line[] = [];
  #head = 0;
  #text = 0;
  #dropped = 0;
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void)[] = [];

  constructor(
    private readonly limit: number,
    private readonly textLimit: number = TEXT_LIMIT,
  ) {}

  get dropped(): number {
    return this.#dropped;
  }

  push(line: Line): void {
    if (this.#end !== undefined) {
      return;
    }
    this.#lines.push(line);
    this.#text += line.text.length;
    while (this.#count > 1 && (this.#count > this.limit || this.#text > this.textLimit)) {
      this.#take();
      this.#dropped++;
    }
    this.#notify();
  }

  /** No more lines will come; those that are there are still read. */
  finish(): void {
    this.#end ??= {};
    this.#notify();
  }

  /** The reader gets `error` once it has read the lines that are there. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#notify();
  }

  /** The next line, or undefined at the end. */
  async next(): Promise<Line | undefined> {
    for (;;) {
      const line = this.#take();
      if (line !== undefined) {
        return line;
      }
      if (this.#end !== undefined) {
        if ('error' in this.#end) {
          throw this.#end.error;
        }
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
    }
  }

  get #count(): number {
    return this.#lines.length - this.#head;
  }

  #take(): Line | undefined {
    const line = this.#lines[this.#head];
    if (line === undefined) {
      return undefined;
    }
    this.#head++;
    this.#text -= line.text.length;
    // Moving the rest down once per thousand lines keeps taking cheap; shift() would move them for every line.
    if (this.#head > 1000 || this.#head === this.#lines.length) {
      this.#lines = this.#lines.slice(this.#head);
      this.#head = 0;
    }
    return line;
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    waiting.forEach((wake) => {
      wake();
    });
  }
}
