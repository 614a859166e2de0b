import { struct, type Codec, type StructOf } from '../xdr/codec.js';
import { Program } from './program.js';

/** One procedure of the protocol: its number and what goes there and back. */
export interface Procedure<A, R> {
  readonly program: number;
  readonly number: number;
  readonly args: Codec<A>;
  readonly result: Codec<R>;
}

type Fields = Readonly<Record<string, Codec<unknown>>>;

/** A procedure of the remote program. */
export function remote<A extends Fields, R extends Fields>(
  number: number,
  args: A,
  result: R,
): Procedure<StructOf<A>, StructOf<R>> {
  return { program: Program.remote, number, args: struct(args), result: struct(result) };
}

/** A procedure of the QEMU program. */
export function qemu<A extends Fields, R extends Fields>(
  number: number,
  args: A,
  result: R,
): Procedure<StructOf<A>, StructOf<R>> {
  return { ...remote(number, args, result), program: Program.qemu };
}
