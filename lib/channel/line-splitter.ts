import type { Line } from './channel.js';

const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into lines at "\n". A line longer than `limit` bytes is cut off there (never inside a UTF-8
 * character), its rest is dropped unread, and it is marked. Everything else stays as it came, carriage returns and
 * terminal escapes included: who shows a line to a person cleans it.
 */
export class LineSplitter {
  #parts: Buffer[] = [];
  #size = 0;
  #truncated = false;

  constructor(
    private readonly limit: number,
    private readonly emit: (line: Line) => void,
    private readonly clock: () => number = arrivalClock,
  ) {}

  push(chunk: Buffer): void {
    const at = this.clock();
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#flush(at);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** The stream has ended; what came after the last newline is a line too. */
  end(): void {
    if (this.#size > 0 || this.#truncated) {
      this.#flush(this.clock());
    }
  }

  #keep(part: Buffer): void {
    const room = this.limit - this.#size;
    if (part.length > room) {
      this.#truncated = true;
    }
    const kept = part.subarray(0, room);
    if (kept.length > 0) {
      // A copy: a short line must not keep the whole chunk it came in alive.
      this.#parts.push(Buffer.from(kept));
      this.#size += kept.length;
    }
  }

  #flush(at: number): void {
    const bytes = Buffer.concat(this.#parts, this.#size);
    const whole = this.#truncated ? bytes.subarray(0, wholeCharacters(bytes)) : bytes;
    this.emit({ text: whole.toString('utf8'), at, truncated: this.#truncated });
    this.#parts = [];
    this.#size = 0;
    this.#truncated = false;
  }
}

/** Milliseconds since the epoch with fractions; unlike Date.now() it does not jump when the clock is set. */
function arrivalClock(): number {
  return performance.timeOrigin + performance.now();
}

/** How many leading bytes are whole UTF-8 characters (RFC 3629: a lead byte says how many follow, at most three). */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) !== 0x80) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
