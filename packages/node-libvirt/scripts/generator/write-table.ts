import { banner } from './banner.js';
import type { Field, Model, Procedure } from './model.js';

/** The protocol as one text, which the library reads when it needs a codec; see src/protocol/table.ts for its grammar. */
export function writeTable(model: Model, version: string): string {
  const lines = [
    ...model.structs.map(({ name, fields }) => `struct ${name} ${written(fields)}`),
    ...model.unions.map(
      ({ name, arms }) =>
        `union ${name} ${arms.map((arm) => `${arm.value}:${arm.name}:${arm.type}`).join(' ')}`,
    ),
    ...model.procedures.map(line),
  ];
  const what = 'Structs, unions, calls and events of the protocol, a line each.';
  return `${banner(version, what)}export const TABLE = \`${lines.join('\n')}\`;
/** The version of libvirt whose protocol it is. */
export const TABLE_VERSION = '${version}';
`;
}

function line({ program, number, name, since, kind, stream, args, result }: Procedure): string {
  const head = `${program} ${number} ${name} ${since} ${stream === 'none' ? kind : stream}`;
  return [head, written(args), ...(result.length === 0 ? [] : ['>', written(result)])]
    .filter((part) => part !== '')
    .join(' ');
}

function written(fields: readonly Field[]): string {
  return fields.map(({ name, type }) => `${name}:${type}`).join(' ');
}
