import fc from 'fast-check';
import { TABLE } from '../../src/generated/table.js';

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'));

const PLAIN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  int: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  uint: fc.integer({ min: 0, max: 0xffff_ffff }),
  hyper: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uhyper: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  double: fc.double({ noNaN: true }),
  bool: fc.boolean(),
  string: text,
  uuid: fc.uuid(),
};

const lines = new Map(
  [...TABLE.matchAll(/^(?:struct|union) (\w+) .*$/gm)].map(([line, name = '']) => [name, line]),
);

/** Values of a struct or union of the protocol's table, made from what the table says of it. */
export function valuesOf(type: string): fc.Arbitrary<unknown> {
  const plain = PLAIN[type];
  if (plain !== undefined) return plain;
  const line = lines.get(type) ?? '';
  const body = line.split(' ').slice(2).join(' ');
  if (!line.startsWith('union ')) return objectsOf(body);
  return fc.oneof(
    ...body.split(' ').map((arm) => {
      const [, name = '', carried = ''] = arm.split(':');
      return valuesOf(carried).map((value) => ({ type: name, value }));
    }),
  );
}

/** Values of the fields that a line of the table lists. */
export function objectsOf(fields: string): fc.Arbitrary<object> {
  const pairs = fields
    .split(' ')
    .filter((field) => field !== '')
    .map((field): [string, fc.Arbitrary<unknown>] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), marked(field.slice(colon + 1))];
    });
  return fc.record(Object.fromEntries(pairs), { noNullPrototype: true });
}

function marked(type: string): fc.Arbitrary<unknown> {
  const [, base = '', mark = '', size = '0'] = /^(\w+)([?<[]?)(\d*)/.exec(type) ?? [];
  const most = Math.min(Number(size), 6);
  const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Buffer> =>
    fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
  if (base === 'opaque' || base === 'chars')
    return mark === '[' ? bytes(Number(size), Number(size)) : bytes(0, most);
  const inner = valuesOf(base);
  if (mark === '?') return fc.option(inner, { nil: null });
  return mark === '<' ? fc.array(inner, { maxLength: most }) : inner;
}
