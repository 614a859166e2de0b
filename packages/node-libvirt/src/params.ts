import type { TypedParam, TypedParamValue } from './generated/structs.js';
import { ProtocolError } from './errors/protocol-error.js';

/** Typed parameters by name. 64-bit values are bigint. */
export type Params = Readonly<Record<string, number | bigint | boolean | string>>;

/**
 * Typed parameters to send. A plain value gets the type that libvirt most often wants for it: bigint is an unsigned
 * 64-bit integer (signed below 0), number an unsigned integer (signed below 0; a double when it is not whole). Where
 * libvirt wants another, say so: `{ type: 'llong', value: -1n }`.
 */
export type ParamsInput = Readonly<Record<string, number | bigint | boolean | string | TypedParamValue>>;

/** Typed parameters as they come, by name; of a name that comes twice the last one counts. */
export function fromTypedParams(list: readonly TypedParam[]): Params {
  return Object.fromEntries(list.map(({ field, value }) => [field, value.value]));
}

/** Typed parameters as they are sent. Throws ProtocolError for a number that is none. */
export function toTypedParams(values: ParamsInput): TypedParam[] {
  return Object.entries(values).map(([field, value]) => ({ field, value: typed(field, value) }));
}

function typed(field: string, value: ParamsInput[string]): TypedParamValue {
  switch (typeof value) {
    case 'object':
      return value;
    case 'bigint':
      return value < 0n ? { type: 'llong', value } : { type: 'ullong', value };
    case 'boolean':
      return { type: 'boolean', value };
    case 'string':
      return { type: 'string', value };
    default:
      if (!Number.isFinite(value))
        throw new ProtocolError(`the parameter ${field} is ${value}, not a number`);
      if (!Number.isInteger(value)) return { type: 'double', value };
      return value < 0 ? { type: 'int', value } : { type: 'uint', value };
  }
}
