import { ProtocolError } from '../errors/protocol-error.js';
import { array, type Codec, fixedArray } from './codec.js';

/** At most `limit` bytes. What is read is a view of the message. */
export function opaque(limit: number): Codec<Uint8Array> {
  return {
    minimumBytes: 4,
    read: (reader) => reader.opaque(limit),
    write: (writer, value) => {
      writer.opaque(value, limit);
    },
  };
}

// XDR gives each char of C four bytes, and libvirt's C sends it with its sign.
const char: Codec<number> = {
  minimumBytes: 4,
  read: (reader) => {
    const value = reader.int();
    if (value < -128 || value > 255) throw new ProtocolError(`a char of ${value}`);
    return value & 0xff;
  },
  write: (writer, value) => {
    writer.int(value > 127 ? value - 256 : value);
  },
};

/** At most `limit` chars of C; bytes here. */
export function chars(limit: number): Codec<Uint8Array> {
  const codec = array(char, limit);
  return {
    minimumBytes: codec.minimumBytes,
    read: (reader) => Buffer.from(codec.read(reader)),
    write: (writer, value) => {
      codec.write(writer, [...value]);
    },
  };
}

/** Exactly `size` chars of C; bytes here. */
export function fixedChars(size: number): Codec<Uint8Array> {
  const codec = fixedArray(char, size);
  return {
    minimumBytes: codec.minimumBytes,
    read: (reader) => Buffer.from(codec.read(reader)),
    write: (writer, value) => {
      codec.write(writer, [...value]);
    },
  };
}
