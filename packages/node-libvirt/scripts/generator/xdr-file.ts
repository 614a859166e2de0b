/** A field as a .x file declares it. */
export interface XdrField {
  readonly name: string;
  /** The type's words: "unsigned hyper", "remote_nonnull_domain". */
  readonly type: string;
  /** `T *x`, `T x<limit>`, `T x[size]` or a plain one. */
  readonly shape: 'one' | 'nullable' | 'list' | 'fixed';
  /** The limit or size as it is written; empty where the shape has none. */
  readonly size: string;
}

/** A procedure's number with the annotations that libvirt's own generator reads. */
export interface XdrProcedure {
  /** "REMOTE_PROC_DOMAIN_GET_XML_DESC" */
  readonly symbol: string;
  readonly number: number;
  readonly stream: 'none' | 'read' | 'write';
}

/** What a .x file declares; comments and C passages are gone. */
export interface XdrFile {
  readonly constants: ReadonlyMap<string, string>;
  readonly typedefs: ReadonlyMap<string, XdrField>;
  readonly structs: ReadonlyMap<string, readonly XdrField[]>;
  /** Arms of a union by the constant that selects them. */
  readonly unions: ReadonlyMap<string, readonly { readonly when: string; readonly field: XdrField }[]>;
  readonly enums: ReadonlySet<string>;
  readonly procedures: readonly XdrProcedure[];
}

/** Reads the rpcgen language (RFC 4506, section 6) as far as libvirt uses it. Throws on a declaration it cannot read. */
export function readXdrFile(source: string): XdrFile {
  const text = source.replaceAll(/^%.*$/gm, '').replaceAll(/\/\*[^]*?\*\//g, '');
  const unions = [...text.matchAll(/^union (\w+) switch \([^)]*\) \{([^]*?)^\};/gm)];
  return {
    constants: new Map(pairs(text.matchAll(/^const (\w+)\s*=\s*([^;]+);/gm))),
    typedefs: new Map(
      [...text.matchAll(/^typedef ([^;]+);/gm)].map(([, declaration = '']) => named(readField(declaration))),
    ),
    structs: new Map(
      pairs(text.matchAll(/^struct (\w+) \{([^]*?)^\};/gm)).map(([name, body]) => [name, readFields(body)]),
    ),
    unions: new Map(unions.map(([, name = '', body = '']) => [name, readArms(body)])),
    enums: new Set([...text.matchAll(/^enum (\w+) \{/gm)].map(([, name = '']) => name)),
    procedures: readProcedures(source),
  };
}

function pairs(matches: Iterable<RegExpExecArray>): [string, string][] {
  return [...matches].map(([, name = '', value = '']) => [name, value.trim()]);
}

function named(field: XdrField): [string, XdrField] {
  return [field.name, field];
}

function readFields(body: string): XdrField[] {
  return body
    .split(';')
    .map((declaration) => declaration.trim())
    .filter((declaration) => declaration !== '')
    .map(readField);
}

const FIELD = /^([\w ]+?)\s*(\s|\*)\s*(\w+)\s*(?:<(\w*)>|\[(\w+)\])?$/;

function readField(declaration: string): XdrField {
  const found = FIELD.exec(declaration.replaceAll(/\s+/g, ' ').trim());
  if (found === null) throw new Error(`cannot read the declaration ${JSON.stringify(declaration)}`);
  const [, type = '', star, name = '', limit, size] = found;
  const shape =
    star === '*' ? 'nullable' : limit !== undefined ? 'list' : size !== undefined ? 'fixed' : 'one';
  return { name, type: type.trim(), shape, size: limit ?? size ?? '' };
}

function readArms(body: string): { when: string; field: XdrField }[] {
  return [...body.matchAll(/case (\w+):\s*([^;]+);/g)].map(([, when = '', declaration = '']) => ({
    when,
    field: readField(declaration),
  }));
}

function readProcedures(source: string): XdrProcedure[] {
  const body = /^enum \w+_procedure \{([^]*?)^\};/m.exec(source)?.[1] ?? '';
  return [...body.matchAll(/(\/\*\*(?:(?!\*\/)[^])*\*\/)?\s*([A-Z]\w*_PROC_\w+) = (\d+)/g)].map(
    ([, notes = '', symbol = '', number]) => ({
      symbol,
      number: Number(number),
      stream: notes.includes('@readstream') ? 'read' : notes.includes('@writestream') ? 'write' : 'none',
    }),
  );
}
