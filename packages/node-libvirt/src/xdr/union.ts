import { ProtocolError } from '../errors/protocol-error.js';
import type { Codec } from './codec.js';

/** One way a union can go: the number that says so on the wire, and its name here. */
export interface Arm {
  readonly value: number;
  readonly type: string;
  readonly codec: Codec<unknown>;
}

/** A value with the name of its type. */
export interface Chosen {
  readonly type: string;
  readonly value: unknown;
}

/** A value of one of several types, told apart by a number before it. */
export function union(arms: readonly Arm[]): Codec<Chosen> {
  return {
    minimumBytes: 4 + Math.min(...arms.map(({ codec }) => codec.minimumBytes)),
    read: (reader) => {
      const number = reader.int();
      const arm = arms.find(({ value }) => value === number);
      if (arm === undefined) throw new ProtocolError(`a value of the unknown type ${number}`);
      return { type: arm.type, value: arm.codec.read(reader) };
    },
    write: (writer, { type, value }) => {
      const arm = arms.find((one) => one.type === type);
      if (arm === undefined) throw new ProtocolError(`a value of the unknown type ${JSON.stringify(type)}`);
      writer.int(arm.value);
      arm.codec.write(writer, value);
    },
  };
}
