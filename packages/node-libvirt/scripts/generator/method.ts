import { classOfRef, type HandleClass } from './handle-classes.js';
import type { Field, Procedure } from './model.js';
import { tsType } from './write-types.js';

/** The source of one method, its documentation included. */
export function methodSource(procedure: Procedure, method: string, handle: HandleClass): string {
  const { args, result, name } = procedure;
  const given = handle.ref === '' ? args : args.slice(1);
  const parameters = given.filter((field) => !isFilledIn(field, procedure));
  const own = handle.ref === '' ? [] : [ownField(procedure)];
  const passed = [...own, ...given.map((field) => passedField(field, procedure))].join(', ');
  const target = handle.ref === '' ? 'this.self' : 'this.connection';
  const signature = [
    ...parameters.map((field, index) => parameter(field, parameters.slice(index + 1))),
    'options?: CallOptions',
  ];
  const call = (nparams: string): string => {
    const fields = nparams === '' ? passed : passed.replace('nparams: 0', nparams);
    const how = procedure.stream === 'none' ? 'call' : 'openStream';
    return `await ${target}.${how}('${name}', { ${fields} }, options)`;
  };
  const { type, body } =
    procedure.stream === 'none' ? returned(procedure, call, handle, result) : opened(procedure, call(''));
  return `${documentation(procedure)}\n  async ${method}(${signature.join(', ')}): Promise<${type}> {\n${body}\n  }`;
}

function documentation({ api, page, since }: Procedure): string {
  return `  /** {@link https://libvirt.org/html/libvirt-${page}.html#${api} ${api}}; libvirt ${since}. */`;
}

function ownField({ args: [first] }: Procedure): string {
  if (first === undefined) throw new Error('a method of a handle without an argument that names it');
  return first.type === 'string' ? `${first.name}: this.ref.name` : `${first.name}: this.ref`;
}

/** Arguments that the library itself knows the value of. */
function isFilledIn({ name }: Field, procedure: Procedure): boolean {
  return filledIn(name, procedure) !== null;
}

function filledIn(name: string, { result }: Procedure): string | null {
  if (/^need(Results|Map|Online)$/.test(name)) return '1';
  if (/^max(names|ids|uuids|errors|Stats)$/i.test(name)) return listLimit(result);
  if (name !== 'nparams') return null;
  // Asked with 0 the daemon tells how many there are; where its answer has no room for that, the most there can be serve.
  return result.some((field) => field.name === 'nparams') ? '0' : listLimit(result);
}

function listLimit([first]: readonly Field[]): string {
  const limit = /<(\d+)>$/.exec(first?.type ?? '')?.[1];
  if (limit === undefined)
    throw new Error(`no list whose limit could be asked for: ${JSON.stringify(first)}`);
  return limit;
}

function passedField(field: Field, procedure: Procedure): string {
  const { name, type } = field;
  const value = filledIn(name, procedure);
  if (value !== null) return `${name}: ${value}`;
  if (name === 'autostart') return `${name}: ${name} ? 1 : 0`;
  if (/^u?hyper$/.test(type)) return `${name}: BigInt(${name})`;
  if (/^typedParam</.test(type)) return `${name}: toTypedParams(${name})`;
  const base = type.replace(/[?<[].*$/, '');
  if (classOfRef(base) === undefined) return name;
  if (type.endsWith('?')) return `${name}: ${name}?.ref ?? null`;
  return type === base ? `${name}: ${name}.ref` : `${name}: ${name}.map(({ ref }) => ref)`;
}

function parameter(field: Field, later: readonly Field[]): string {
  const { name, type } = field;
  const optional = ({ name: one, type: its }: Field): boolean => one === 'flags' || its.endsWith('?');
  if (name === 'flags' && later.every(optional))
    return type === 'uint' ? 'flags = 0' : 'flags: number | bigint = 0';
  const declared = `${name}: ${parameterType(field)}`;
  return type.endsWith('?') && later.every(optional) ? `${declared} = null` : declared;
}

function parameterType({ name, type }: Field): string {
  if (name === 'autostart') return 'boolean';
  if (/^u?hyper$/.test(type)) return 'number | bigint';
  if (/^typedParam</.test(type)) return 'ParamsInput';
  return handleType(type) ?? tsType(type, 'args');
}

/** A type of the protocol that names something, as the type of its handle. */
function handleType(type: string): string | null {
  const base = type.replace(/[?<[].*$/, '');
  const name = classOfRef(base)?.name;
  if (name === undefined) return null;
  if (type === base) return name;
  return type.endsWith('?') ? `${name} | null` : `readonly ${name}[]`;
}

interface Returned {
  readonly type: string;
  readonly body: string;
}

function returned(
  procedure: Procedure,
  call: (nparams: string) => string,
  handle: HandleClass,
  result: readonly Field[],
): Returned {
  const said = result.filter(({ name, type }) => !(result.length > 1 && isCount(name, type, result)));
  const [only] = said;
  if (only === undefined) return { type: 'void', body: `    ${call('')};` };
  const counted =
    procedure.args.some(({ name }) => name === 'nparams') && filledIn('nparams', procedure) === '0';
  const asked = counted
    ? `    const { nparams } = ${call('')};\n    if (nparams === 0) return ${said.length === 1 && !only.type.startsWith('node') ? '{}' : '[]'};\n`
    : '';
  const answer = counted ? call('nparams') : call('');
  const connection = handle.ref === '' ? 'this.self' : 'this.connection';
  if (said.length === 1) {
    const { type, value } = converted(only, procedure, connection);
    const plain = value === only.name ? `(${answer}).${only.name}` : null;
    const body =
      plain === null
        ? `    const { ${only.name} } = ${answer};\n    return ${value};`
        : `    return ${plain};`;
    return { type, body: asked + body };
  }
  const fields = said.map((field) => ({ name: field.name, ...converted(field, procedure, connection) }));
  if (fields.every(({ name, value }) => name === value)) {
    return { type: `Result<'${procedure.name}'>`, body: `${asked}    return ${answer};` };
  }
  const type = `{ ${fields.map(({ name, type: one }) => `readonly ${name}: ${one}`).join('; ')} }`;
  const names = fields.map(({ name }) => name).join(', ');
  const values = fields.map(({ name, value }) => (name === value ? name : `${name}: ${value}`)).join(', ');
  return { type, body: `${asked}    const { ${names} } = ${answer};\n    return { ${values} };` };
}

/** A call that opens a stream gives that; where it answers something beside, both. */
function opened({ name, result }: Procedure, call: string): Returned {
  if (result.length > 0) return { type: `OpenedStream<Result<'${name}'>>`, body: `    return ${call};` };
  return { type: 'LibvirtStream', body: `    return (${call}).stream;` };
}

/** Numbers that only repeat how long a list beside them is. */
function isCount(name: string, type: string, result: readonly Field[]): boolean {
  const list = result.some((field) => /[<]/.test(field.type));
  return list && /^u?int$/.test(type) && /^(ret|nparams|nerrors)$/.test(name);
}

/** What libvirt answers to a question: 1 or 0. */
function isFlag({ name: procedure, result }: Procedure): boolean {
  return result.length === 1 && result[0]?.type === 'int' && /(Is|Has)[A-Z]|GetAutostart/.test(procedure);
}

function converted(
  field: Field,
  procedure: Procedure,
  connection: string,
): Returned & { readonly value: string } {
  const { name, type } = field;
  const made = (tsName: string, value: string): Returned & { readonly value: string } => ({
    type: tsName,
    body: '',
    value,
  });
  if (isFlag(procedure)) return made('boolean', `${name} === 1`);
  if (/^typedParam</.test(type)) return made('Params', `fromTypedParams(${name})`);
  if (/^chars/.test(type)) return made('string', `charsToString(${name})`);
  const base = type.replace(/[?<[].*$/, '');
  const handle = classOfRef(base);
  if (handle === undefined) return made(tsType(type, 'result'), name);
  const create = (ref: string): string => `new ${handle.name}(${connection}, ${ref})`;
  if (type === base) return made(handle.name, create(name));
  if (type.endsWith('?')) return made(`${handle.name} | null`, `${name} === null ? null : ${create(name)}`);
  return made(`${handle.name}[]`, `${name}.map((ref) => ${create('ref')})`);
}
