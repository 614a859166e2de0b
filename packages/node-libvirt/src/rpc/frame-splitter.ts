import { ProtocolError } from '../errors/protocol-error.js';
import { HEADER_BYTES, LENGTH_BYTES, MAX_FRAME_BYTES } from '../xdr/limits.js';
import { decodeFrame, type Frame } from './frame.js';

/**
 * Cuts a byte stream into frames wherever the transport happened to split it. A length is judged as soon as its four
 * bytes are there; memory is taken only by bytes that have really arrived.
 */
export class FrameSplitter {
  #chunks: Buffer[] = [];
  #held = 0;
  #wanted = 0;

  /**
   * Takes bytes and gives the frames they complete.
   * @throws ProtocolError for a length under 28 or over 33,554,436 bytes; the stream cannot be followed after that.
   */
  *push(chunk: Buffer): Generator<Frame, void, undefined> {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= (this.#wanted === 0 ? LENGTH_BYTES : this.#wanted)) {
      if (this.#wanted === 0) this.#wanted = checkedLength(this.#joined().readUInt32BE(0));
      if (this.#held < this.#wanted) return;
      yield decodeFrame(this.#cut(this.#wanted));
    }
  }

  /** Bytes that wait for the rest of their frame. */
  get held(): number {
    return this.#held;
  }

  #cut(length: number): Buffer {
    const all = this.#joined();
    const rest = all.subarray(length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
    this.#wanted = 0;
    return all.subarray(0, length);
  }

  #joined(): Buffer {
    const [only] = this.#chunks;
    if (only !== undefined && this.#chunks.length === 1) return only;
    const all = Buffer.concat(this.#chunks, this.#held);
    this.#chunks = [all];
    return all;
  }
}

function checkedLength(length: number): number {
  if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) {
    throw new ProtocolError(
      `a frame of ${length} bytes; libvirt's are ${HEADER_BYTES} to ${MAX_FRAME_BYTES} bytes long`,
    );
  }
  return length;
}
