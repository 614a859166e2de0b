import { TABLE } from '../generated/table.js';
import { chars, fixedChars, opaque } from '../xdr/bytes.js';
import { array, bool, type Codec, double, fixedArray, hyper, int, nullable } from '../xdr/codec.js';
import { string, struct, uhyper, uint } from '../xdr/codec.js';
import { union } from '../xdr/union.js';
import type { Procedure } from './procedure.js';
import { Program } from './program.js';
import { uuid } from './uuid.js';

/** What the table says of a call or an event beside its codecs. */
export interface TableEntry {
  readonly program: number;
  readonly number: number;
  readonly name: string;
  /** The version of libvirt that has brought it: "0.7.7". */
  readonly since: string;
  /** "read" and "write" are calls that open a stream. */
  readonly kind: 'call' | 'event' | 'read' | 'write';
}

/*
 * A line of the table is one of
 *   struct NAME FIELD…
 *   union NAME VALUE:NAME:TYPE…
 *   remote|qemu NUMBER NAME SINCE call|event|read|write FIELD… [> FIELD…]
 * with FIELD = NAME:TYPE and TYPE = a plain type, a struct or a union, followed by nothing, "?" (may be missing), "<N>"
 * (at most so many) or "[N]" (exactly so many). Codecs are made when they are first asked for.
 */
const typeLines = new Map<string, string>();
// Calls and events; a struct can have the name of a call.
const lines = new Map<string, string>();
const names = new Map<string, string>();
const types = new Map<string, Codec<unknown>>();
const made = new Map<string, Procedure<unknown, unknown>>();

/** The call or event of this name. Throws TypeError for a name that is not in the table. */
export function procedureNamed(name: string): Procedure<unknown, unknown> {
  const known = made.get(name);
  if (known !== undefined) return known;
  const { program, number } = entryNamed(name);
  const [args = '', result = ''] = found(lines, name)
    .split(' ')
    .slice(5)
    .join(' ')
    .split(/(?:^| )> /);
  const procedure = { program, number, args: fieldsCodec(args), result: fieldsCodec(result) };
  made.set(name, procedure);
  return procedure;
}

/** What the table says of a name. Throws TypeError for a name that is not in the table. */
export function entryNamed(name: string): TableEntry {
  const [program = '', number, , since = '', kind] = found(lines, name).split(' ');
  return {
    program: program === 'qemu' ? Program.qemu : Program.remote,
    number: Number(number),
    name,
    since,
    kind: kind as TableEntry['kind'],
  };
}

/** The name of the call or event with this number; undefined when the table has none. */
export function nameOf(program: number, number: number): string | undefined {
  load();
  return names.get(`${program === Program.qemu ? 'qemu' : 'remote'} ${number}`);
}

/** Every call and event, in the order of their numbers. */
export function allEntries(): TableEntry[] {
  load();
  return [...names.values()].map(entryNamed);
}

/** The codec of a struct or union by its name. Throws TypeError for one that is not in the table. */
export function typeNamed(name: string): Codec<unknown> {
  const known = PLAIN[name] ?? types.get(name);
  if (known !== undefined) return known;
  const line = found(typeLines, name);
  const body = line.split(' ').slice(2).join(' ');
  const codec = line.startsWith('union ') ? unionCodec(body) : fieldsCodec(body);
  types.set(name, codec);
  return codec;
}

const PLAIN: Readonly<Record<string, Codec<unknown>>> = {
  int,
  uint,
  hyper,
  uhyper,
  double,
  bool,
  string,
  uuid,
};

function fieldsCodec(fields: string): Codec<unknown> {
  const pairs = fields.split(' ').filter((field) => field !== '');
  return struct(
    Object.fromEntries(
      pairs.map((field) => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon), typeCodec(field.slice(colon + 1))];
      }),
    ),
  );
}

function unionCodec(arms: string): Codec<unknown> {
  return union(
    arms.split(' ').map((arm) => {
      const [value, type = '', carried = ''] = arm.split(':');
      return { value: Number(value), type, codec: typeCodec(carried) };
    }),
  );
}

function typeCodec(type: string): Codec<unknown> {
  const [, base = '', mark = '', size = ''] = /^(\w+)(?:([?<[])(\d*)[>\]]?)?$/.exec(type) ?? [];
  const count = Number(size);
  if (base === 'opaque') return opaque(count);
  if (base === 'chars') return mark === '[' ? fixedChars(count) : chars(count);
  const inner = typeNamed(base);
  if (mark === '?') return nullable(inner);
  if (mark === '<') return array(inner, count);
  return mark === '[' ? fixedArray(inner, count) : inner;
}

function found(where: ReadonlyMap<string, string>, name: string): string {
  load();
  const line = where.get(name);
  if (line === undefined) throw new TypeError(`${JSON.stringify(name)} is not in the protocol's table`);
  return line;
}

function load(): void {
  if (lines.size > 0) return;
  for (const line of TABLE.split('\n')) {
    const [kind = '', second = '', third = ''] = line.split(' ', 3);
    if (kind === 'struct' || kind === 'union') {
      typeLines.set(second, line);
    } else {
      lines.set(third, line);
      names.set(`${kind} ${second}`, third);
    }
  }
}
