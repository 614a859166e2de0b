import { ProtocolError } from '../errors/protocol-error.js';
import { MAX_STRING_BYTES } from './limits.js';

/**
 * Reads XDR (RFC 4506) from a buffer. Every length is checked against its limit and against the bytes that are really
 * there before anything is allocated.
 * @throws ProtocolError on each read that goes past the end or meets an impossible value.
 */
export class XdrReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes that have not been read. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** A signed 32-bit integer. */
  int(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  /** An unsigned 32-bit integer. */
  uint(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  /** A signed 64-bit integer. */
  hyper(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  /** An unsigned 64-bit integer. */
  uhyper(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8));
  }

  /** A number of 64 bits in IEEE 754. */
  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** A presence flag: 0 or 1, nothing else. */
  bool(): boolean {
    const value = this.uint();
    if (value > 1) throw new ProtocolError(`a flag of ${value} where 0 or 1 must stand`);
    return value === 1;
  }

  /** A fixed number of bytes, padded to four. */
  fixedOpaque(length: number): Buffer {
    const start = this.#take(length + padding(length));
    return this.#bytes.subarray(start, start + length);
  }

  /** A counted number of bytes, padded to four. */
  opaque(limit: number): Buffer {
    return this.fixedOpaque(this.count(limit, 1));
  }

  /** A counted UTF-8 string. Bytes that are not UTF-8 become U+FFFD, as libvirt passes on what a guest says. */
  string(limit = MAX_STRING_BYTES): string {
    return this.opaque(limit).toString('utf8');
  }

  /** An element count, refused when so many elements of `minimumBytes` each cannot be in what is left. */
  count(limit: number, minimumBytes: number): number {
    const count = this.uint();
    if (count > limit) throw new ProtocolError(`a length of ${count} where at most ${limit} is allowed`);
    if (count * minimumBytes > this.remaining) {
      throw new ProtocolError(`a length of ${count} with only ${this.remaining} bytes left`);
    }
    return count;
  }

  /** Says that everything must have been read. */
  end(): void {
    if (this.remaining > 0) throw new ProtocolError(`${this.remaining} bytes too many`);
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) {
      throw new ProtocolError(`${length} bytes expected, only ${this.remaining} left`);
    }
    this.#at = start + length;
    return start;
  }
}

/** Bytes that bring `length` to a multiple of four. */
export function padding(length: number): number {
  return (4 - (length % 4)) % 4;
}
