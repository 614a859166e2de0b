import type { Api } from './api.js';
import type { XdrField, XdrFile } from './xdr-file.js';

/** A field as the table writes it: "domains:domainRef<16384>", "uri:string?". */
export interface Field {
  readonly name: string;
  readonly type: string;
}

/** A procedure or an event, ready to be written down. */
export interface Procedure {
  readonly program: 'remote' | 'qemu';
  readonly number: number;
  /** "domainGetXmlDesc" */
  readonly name: string;
  /** The public function it stands behind: "virDomainGetXMLDesc"; empty when there is none of that name. */
  readonly api: string;
  /** The page of libvirt's reference that describes the function: "libvirt-domain". */
  readonly page: string;
  /** libvirt's version that has brought it. */
  readonly since: string;
  /** An event has fields in `args` alone. */
  readonly kind: 'call' | 'event';
  readonly stream: 'none' | 'read' | 'write';
  readonly args: readonly Field[];
  readonly result: readonly Field[];
}

/** The protocol in the names of this library. */
export interface Model {
  readonly structs: readonly { readonly name: string; readonly fields: readonly Field[] }[];
  readonly unions: readonly {
    readonly name: string;
    readonly arms: readonly { readonly value: number; readonly name: string; readonly type: string }[];
  }[];
  readonly procedures: readonly Procedure[];
}

/** The .x files that make up the protocol. */
export interface Sources {
  readonly remote: XdrFile;
  readonly qemu: XdrFile;
  readonly net: XdrFile;
}

/** Puts the files together. Throws on a type, size or constant that none of them explains. */
export function toModel(files: Sources, api: Api): Model {
  const types = new Types([files.net, files.remote, files.qemu], api);
  const procedures = [
    ...proceduresOf('remote', files.remote, types, api),
    ...proceduresOf('qemu', files.qemu, types, api),
  ];
  return { ...types.used(), procedures };
}

/** Resolves names of types; remembers which structs are used, so that only those are written. */
class Types {
  readonly #files: readonly XdrFile[];
  readonly #api: Api;
  readonly #structs = new Map<string, readonly Field[]>();
  readonly #unions = new Map<string, Model['unions'][number]['arms']>();

  constructor(files: readonly XdrFile[], api: Api) {
    this.#files = files;
    this.#api = api;
    // The payload of errors and of holes in streams; no procedure mentions them.
    for (const name of ['virNetMessageError', 'virNetStreamHole']) this.named(name);
  }

  used(): Pick<Model, 'structs' | 'unions'> {
    return {
      structs: [...this.#structs].map(([name, fields]) => ({ name, fields })),
      unions: [...this.#unions].map(([name, arms]) => ({ name, arms })),
    };
  }

  struct(name: string): readonly XdrField[] | undefined {
    return this.#find((file) => file.structs.get(name));
  }

  fields(declared: readonly XdrField[]): Field[] {
    return declared.map((field) => ({ name: camel(field.name), type: this.type(field) }));
  }

  type({ type, shape, size }: XdrField): string {
    if (type === 'string') return this.size(size) === STRING_LIMIT ? 'string' : `string<${this.size(size)}>`;
    if (type === 'opaque' && shape === 'fixed' && this.size(size) === 16) return 'uuid';
    const inner = type === 'char' && shape !== 'one' ? 'chars' : this.named(type);
    if (shape === 'nullable') return `${inner}?`;
    if (shape === 'list') return `${inner}<${this.size(size)}>`;
    return shape === 'fixed' ? `${inner}[${this.size(size)}]` : inner;
  }

  named(type: string): string {
    const plain = PLAIN[type];
    if (plain !== undefined) return plain;
    const typedef = this.#find((file) => file.typedefs.get(type));
    if (typedef !== undefined) return this.type(typedef);
    if (this.#files.some(({ enums }) => enums.has(type))) return 'int';
    const name = typeName(type);
    const union = this.#find((file) => file.unions.get(type));
    if (union !== undefined) {
      const arms = union.map(({ when, field }) => ({
        value: this.#api.enums.flatMap(({ values }) => values).find((one) => one.name === when)?.value ?? -1,
        name: when.replace('VIR_TYPED_PARAM_', '').toLowerCase(),
        type: when === 'VIR_TYPED_PARAM_BOOLEAN' ? 'bool' : this.type(field),
      }));
      this.#unions.set(name, arms);
      return name;
    }
    const struct = this.struct(type);
    if (struct === undefined) throw new Error(`the type ${type} is not declared`);
    if (!this.#structs.has(name)) this.#structs.set(name, this.fields(struct));
    return name;
  }

  size(text: string): number {
    if (/^\d+$/.test(text)) return Number(text);
    const constant = this.#find((file) => file.constants.get(text));
    if (constant !== undefined) return this.size(constant);
    const known = this.#api.numbers.get(text);
    if (known === undefined) throw new Error(`the constant ${text} is not declared`);
    return known;
  }

  #find<T>(look: (file: XdrFile) => T | undefined): T | undefined {
    for (const file of this.#files) {
      const found = look(file);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

// REMOTE_STRING_MAX and VIR_NET_MESSAGE_STRING_MAX; what a plain "string" of the table is bounded by.
const STRING_LIMIT = 4_194_304;

// "unsigned char", "short" and their like take four bytes in XDR too.
const PLAIN: Readonly<Record<string, string>> = {
  int: 'int',
  char: 'int',
  short: 'int',
  unsigned: 'uint',
  'unsigned int': 'uint',
  'unsigned char': 'uint',
  'unsigned short': 'uint',
  hyper: 'hyper',
  'unsigned hyper': 'uhyper',
  double: 'double',
  opaque: 'opaque',
};

// The version that brought the remote driver; functions are older than the procedures that carry them.
const FIRST = '0.3.0';
// virDomainCreateLinux got this name in 0.5.0; its procedure is as old as the remote driver.
const RENAMED = 'virDomainCreateXML';

function proceduresOf(program: 'remote' | 'qemu', file: XdrFile, types: Types, api: Api): Procedure[] {
  const byLowerCase = new Map([...api.functions.keys()].map((name) => [name.toLowerCase(), name]));
  let since = FIRST;
  return [...file.procedures]
    .sort((a, b) => a.number - b.number)
    .map(({ symbol, number, stream }) => {
      const snake = symbol.toLowerCase().replace(/^\w+?_proc_/, '');
      const base = `${program}_${snake}`;
      const message = types.struct(`${base}_msg`);
      const middle = program === 'qemu' ? snake.replace(/^(connect_domain|domain)/, '$1_qemu') : snake;
      const name = byLowerCase.get(`vir${middle.replaceAll('_', '')}`) ?? '';
      // Numbers are given out in order: a procedure is never older than the one before it.
      if (name !== RENAMED) since = later(since, api.functions.get(name)?.since ?? since);
      return {
        program,
        number,
        name: camel(program === 'qemu' ? `qemu_${snake}` : snake),
        api: name,
        page: api.functions.get(name)?.page ?? '',
        since,
        kind: message === undefined ? 'call' : 'event',
        stream,
        args: types.fields(
          message === undefined ? (types.struct(`${base}_args`) ?? []) : flat(message, types),
        ),
        result: types.fields(types.struct(`${base}_ret`) ?? []),
      };
    });
}

/** A message that wraps another has the same bytes as one that holds its fields. */
function flat(fields: readonly XdrField[], types: Types): XdrField[] {
  return fields.flatMap((field) => (field.name === 'msg' ? (types.struct(field.type) ?? [field]) : [field]));
}

function later(a: string, b: string): string {
  const order = (version: string): number =>
    version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);
  return order(b) > order(a) ? b : a;
}

function typeName(type: string): string {
  if (type.startsWith('virNetMessageNonnull'))
    return typeName(`remote_nonnull_${type.slice(20).toLowerCase()}`);
  if (type.startsWith('virNet')) return `net${type.slice(6)}`;
  const bare = type.replace(/^(remote|qemu)_/, '');
  return bare.startsWith('nonnull_') ? camel(`${bare.slice(8)}_ref`) : camel(bare);
}

/** "xml_desc" and "callbackID" as this library writes them: xmlDesc, callbackId. */
export function camel(name: string): string {
  return name
    .replaceAll(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replaceAll(
      /([A-Z])([A-Z]+)(?=[A-Z][a-z]|$)/g,
      (_, first: string, rest: string) => first + rest.toLowerCase(),
    );
}
