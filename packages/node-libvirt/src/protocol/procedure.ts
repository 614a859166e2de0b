import type { Codec } from '../xdr/codec.js';

/** One procedure of the protocol: its number and what goes there and back. */
export interface Procedure<A, R> {
  readonly program: number;
  readonly number: number;
  readonly args: Codec<A>;
  readonly result: Codec<R>;
}
