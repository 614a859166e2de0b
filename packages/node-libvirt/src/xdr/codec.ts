import { ProtocolError } from '../errors/protocol-error.js';
import type { XdrReader } from './reader.js';
import type { XdrWriter } from './writer.js';

/** How one type goes onto the wire and comes back. `minimumBytes` bounds how many of it a message can hold. */
export interface Codec<T> {
  readonly minimumBytes: number;
  read(reader: XdrReader): T;
  write(writer: XdrWriter, value: T): void;
}

/** The type that a codec carries. */
export type Carried<C> = C extends Codec<infer T> ? T : never;

/** A signed 32-bit integer. */
export const int: Codec<number> = {
  minimumBytes: 4,
  read: (reader) => reader.int(),
  write: (writer, value) => {
    writer.int(value);
  },
};

/** An unsigned 32-bit integer. */
export const uint: Codec<number> = {
  minimumBytes: 4,
  read: (reader) => reader.uint(),
  write: (writer, value) => {
    writer.uint(value);
  },
};

/** A signed 64-bit integer. */
export const hyper: Codec<bigint> = {
  minimumBytes: 8,
  read: (reader) => reader.hyper(),
  write: (writer, value) => {
    writer.hyper(value);
  },
};

/** An unsigned 64-bit integer. */
export const uhyper: Codec<bigint> = {
  minimumBytes: 8,
  read: (reader) => reader.uhyper(),
  write: (writer, value) => {
    writer.uhyper(value);
  },
};

/** A string of at most 4 MiB (remote_nonnull_string). */
export const string: Codec<string> = {
  minimumBytes: 4,
  read: (reader) => reader.string(),
  write: (writer, value) => {
    writer.string(value);
  },
};

/** A value that may be missing (XDR's `*`); missing is null. */
export function nullable<T>(inner: Codec<T>): Codec<T | null> {
  return {
    minimumBytes: 4,
    read: (reader) => (reader.bool() ? inner.read(reader) : null),
    write: (writer, value) => {
      writer.bool(value !== null);
      if (value !== null) inner.write(writer, value);
    },
  };
}

/** A counted list of at most `limit` values. */
export function array<T>(inner: Codec<T>, limit: number): Codec<readonly T[]> {
  return {
    minimumBytes: 4,
    read: (reader) => {
      const count = reader.count(limit, inner.minimumBytes);
      return Array.from({ length: count }, () => inner.read(reader));
    },
    write: (writer, values) => {
      writer.count(values.length, limit);
      for (const value of values) inner.write(writer, value);
    },
  };
}

type Fields = Readonly<Record<string, Codec<unknown>>>;

/** The object that a struct of these fields carries. */
export type StructOf<F> = { readonly [K in keyof F]: Carried<F[K]> };

/** Fields one after another, in the order in which they are written down. */
export function struct<F extends Fields>(fields: F): Codec<StructOf<F>> {
  const keys = Object.keys(fields);
  const codecs = Object.values(fields);
  return {
    minimumBytes: codecs.reduce((sum, codec) => sum + codec.minimumBytes, 0),
    read: (reader) => {
      const value: Record<string, unknown> = {};
      codecs.forEach((codec, index) => {
        value[keys[index] ?? ''] = codec.read(reader);
      });
      return value as StructOf<F>;
    },
    write: (writer, value) => {
      codecs.forEach((codec, index) => {
        codec.write(writer, (value as Readonly<Record<string, unknown>>)[keys[index] ?? '']);
      });
    },
  };
}

/** A flag that the protocol carries as an integer; anything but 0 is true. */
export const bool: Codec<boolean> = {
  minimumBytes: 4,
  read: (reader) => reader.int() !== 0,
  write: (writer, value) => {
    writer.int(value ? 1 : 0);
  },
};

/** A number of 64 bits in IEEE 754. */
export const double: Codec<number> = {
  minimumBytes: 8,
  read: (reader) => reader.double(),
  write: (writer, value) => {
    writer.double(value);
  },
};

/** Exactly `size` values. */
export function fixedArray<T>(inner: Codec<T>, size: number): Codec<readonly T[]> {
  return {
    minimumBytes: size * inner.minimumBytes,
    read: (reader) => Array.from({ length: size }, () => inner.read(reader)),
    write: (writer, values) => {
      if (values.length !== size) throw new ProtocolError(`${values.length} values where ${size} must stand`);
      for (const value of values) inner.write(writer, value);
    },
  };
}
