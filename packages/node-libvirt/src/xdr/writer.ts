import { ProtocolError } from '../errors/protocol-error.js';
import { HEADER_BYTES, MAX_FRAME_BYTES, MAX_STRING_BYTES } from './limits.js';
import { padding } from './reader.js';

/**
 * Writes XDR (RFC 4506) into a buffer that grows, with room left in front for a frame's header.
 * @throws ProtocolError when a value does not fit its type or the message would be longer than libvirt accepts.
 */
export class XdrWriter {
  #bytes: Buffer = Buffer.allocUnsafe(256);
  #at = HEADER_BYTES;

  /** A signed 32-bit integer. */
  int(value: number): void {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff)
      throw outOfRange(value, 'int');
    this.#at = this.#room(4).writeInt32BE(value, this.#at);
  }

  /** An unsigned 32-bit integer. */
  uint(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw outOfRange(value, 'unsigned int');
    this.#at = this.#room(4).writeUInt32BE(value, this.#at);
  }

  /** A signed 64-bit integer. */
  hyper(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw outOfRange(value, 'hyper');
    this.#at = this.#room(8).writeBigInt64BE(value, this.#at);
  }

  /** An unsigned 64-bit integer. */
  uhyper(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw outOfRange(value, 'unsigned hyper');
    this.#at = this.#room(8).writeBigUInt64BE(value, this.#at);
  }

  /** A number of 64 bits in IEEE 754. */
  double(value: number): void {
    this.#at = this.#room(8).writeDoubleBE(value, this.#at);
  }

  /** A presence flag. */
  bool(value: boolean): void {
    this.uint(value ? 1 : 0);
  }

  /** Bytes without a count, padded to four. */
  fixedOpaque(value: Uint8Array): void {
    const pad = padding(value.length);
    const bytes = this.#room(value.length + pad);
    bytes.set(value, this.#at);
    bytes.fill(0, this.#at + value.length, this.#at + value.length + pad);
    this.#at += value.length + pad;
  }

  /** Bytes without a count, written in hexadecimal; whole words of eight digits. */
  hex(digits: string): void {
    this.#at += this.#room(digits.length / 2).write(digits, this.#at, 'hex');
  }

  /** Bytes with their count, padded to four. */
  opaque(value: Uint8Array, limit: number): void {
    this.count(value.length, limit);
    this.fixedOpaque(value);
  }

  /** A UTF-8 string. A NUL is refused: libvirt would silently read the string as ending there. */
  string(value: string, limit = MAX_STRING_BYTES): void {
    if (value.includes('\0'))
      throw new ProtocolError('a string for libvirt must not contain a NUL character');
    const length = Buffer.byteLength(value);
    this.count(length, limit);
    const pad = padding(length);
    const bytes = this.#room(length + pad);
    bytes.write(value, this.#at);
    for (let at = this.#at + length; at < this.#at + length + pad; at++) bytes[at] = 0;
    this.#at += length + pad;
  }

  /** An element count. */
  count(value: number, limit: number): void {
    if (value > limit) throw new ProtocolError(`a length of ${value} where at most ${limit} is allowed`);
    this.uint(value);
  }

  /** What was written, behind HEADER_BYTES bytes that are left for the header. */
  frame(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #room(length: number): Buffer {
    const needed = this.#at + length;
    if (needed > MAX_FRAME_BYTES) {
      throw new ProtocolError(`a message of more than ${MAX_FRAME_BYTES} bytes cannot be sent to libvirt`);
    }
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#at);
      this.#bytes = grown;
    }
    return this.#bytes;
  }
}

function outOfRange(value: number | bigint, type: string): ProtocolError {
  return new ProtocolError(`${value} does not fit the protocol's ${type}`);
}
