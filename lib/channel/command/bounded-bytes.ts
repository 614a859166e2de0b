/** Bytes collected up to a limit. */
export class BoundedBytes {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(private readonly limit: number) {}

  /** Keeps what fits; false when something did not. */
  push(chunk: Buffer): boolean {
    const room = this.limit - this.#size;
    const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
    if (kept.length > 0) {
      this.#chunks.push(kept);
      this.#size += kept.length;
    }
    return kept.length === chunk.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks, this.#size);
  }

  /** As UTF-8; bytes that are none become U+FFFD. */
  text(): string {
    return this.bytes().toString('utf8');
  }
}
