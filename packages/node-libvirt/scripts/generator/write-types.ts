import { banner } from './banner.js';
import type { Field, Model, Procedure } from './model.js';

/** The types of the protocol's structs and unions. */
export function writeStructs(model: Model, version: string): string {
  const structs = model.structs.map(
    ({ name, fields }) =>
      `/** ${name} */\nexport interface ${pascal(name)} {\n${members(fields, 'result')}\n}\n`,
  );
  const unions = model.unions.map(
    ({ name, arms }) =>
      `/** ${name}: the value with the name of its type. */\nexport type ${pascal(name)} =\n${arms
        .map((arm) => `  | { readonly type: '${arm.name}'; readonly value: ${tsType(arm.type, 'result')} }`)
        .join('\n')};\n`,
  );
  return banner(version, 'Values of the protocol.') + [...structs, ...unions].join('\n');
}

/** The types of every call's arguments and result, and of every event. */
export function writeProcedures(model: Model, version: string): string {
  const calls = model.procedures.filter(({ kind }) => kind === 'call');
  const events = model.procedures.filter(({ kind }) => kind === 'event');
  const used = model.structs
    .concat(model.unions.map(({ name }) => ({ name, fields: [] })))
    .map(({ name }) => name)
    .filter((name) =>
      model.procedures.some(({ args, result }) =>
        [...args, ...result].some(({ type }) => new RegExp(`^${name}\\b`).test(type)),
      ),
    );
  return [
    banner(version, 'Every call and event of the remote and the QEMU program.'),
    `import type { ${used.map(pascal).sort().join(', ')} } from './structs.js';\n`,
    '/** Nothing at all. */\ntype Nothing = Readonly<Record<string, never>>;\n',
    '/** Calls by name: what they are given and what they answer. */',
    `export interface Procedures {\n${calls.map(call).join('\n')}\n}\n`,
    '/** Events by name: what they say. */',
    `export interface Events {\n${events.map(event).join('\n')}\n}`,
    '',
  ].join('\n');
}

function call(procedure: Procedure): string {
  const { name, args, result } = procedure;
  return `${note(procedure)}\n  ${name}: { readonly args: ${object(args, 'args')}; readonly result: ${object(result, 'result')} };`;
}

function event(procedure: Procedure): string {
  return `${note(procedure)}\n  ${procedure.name}: ${object(procedure.args, 'result')};`;
}

function note({ api, since, stream }: Procedure): string {
  const carries = { none: '', read: ' Opens a stream to read.', write: ' Opens a stream to write.' }[stream];
  return `  /** ${api === '' ? 'No function of the C library has this name' : api}; libvirt ${since}.${carries} */`;
}

function object(fields: readonly Field[], way: 'args' | 'result'): string {
  return fields.length === 0 ? 'Nothing' : `{\n${members(fields, way)}\n}`;
}

function members(fields: readonly Field[], way: 'args' | 'result'): string {
  return fields.map(({ name, type }) => `  readonly ${name}: ${tsType(type, way)};`).join('\n');
}

/** "domainRef<16384>" as TypeScript says it. */
export function tsType(type: string, way: 'args' | 'result'): string {
  const [, base = '', suffix = ''] = /^(\w+)(.*)$/.exec(type) ?? [];
  if (base === 'opaque' || base === 'chars') return way === 'args' ? 'Uint8Array' : 'Buffer';
  const plain = TS[base] ?? pascal(base);
  if (suffix === '?') return `${plain} | null`;
  return suffix === '' ? plain : `readonly ${plain}[]`;
}

const TS: Readonly<Record<string, string>> = {
  int: 'number',
  uint: 'number',
  hyper: 'bigint',
  uhyper: 'bigint',
  double: 'number',
  bool: 'boolean',
  string: 'string',
  uuid: 'string',
};

/** "domainRef" as a type is named: DomainRef. */
export function pascal(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
