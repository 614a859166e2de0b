/** Zeros that stand for a hole are given out in pieces of this size. */
const ZEROS = Buffer.alloc(65_536);

/** What a stream has received and not handed out: data, holes (given out as zeros, a piece at a time), the end. */
export class Incoming {
  readonly #parts: (Buffer | bigint | null)[] = [];
  #bytes = 0;
  #ended = false;

  /** Bytes of data that wait; a hole costs nothing. */
  get bytes(): number {
    return this.#bytes;
  }

  data(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#parts.push(chunk);
  }

  hole(length: bigint): void {
    if (length > 0n) this.#parts.push(length);
  }

  /** Nothing comes after this. */
  end(): void {
    if (!this.#ended) this.#parts.push(null);
    this.#ended = true;
  }

  /** The next piece; null at the end, undefined when there is nothing (more). */
  next(): Buffer | null | undefined {
    const [part] = this.#parts;
    if (typeof part === 'bigint') {
      const size = part > ZEROS.length ? ZEROS.length : Number(part);
      if (part > ZEROS.length) this.#parts[0] = part - BigInt(size);
      else this.#parts.shift();
      return ZEROS.subarray(0, size);
    }
    this.#parts.shift();
    this.#bytes -= part?.length ?? 0;
    return part;
  }
}
