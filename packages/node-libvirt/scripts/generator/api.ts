/** A value of one of libvirt's public enums. */
export interface ApiValue {
  readonly name: string;
  readonly value: number;
  /** libvirt's version that has brought it: "0.7.7". */
  readonly since: string;
  readonly info: string;
}

/** A public enum with its values in their order. */
export interface ApiEnum {
  readonly name: string;
  readonly since: string;
  readonly info: string;
  readonly values: readonly ApiValue[];
}

/** What libvirt-api.xml and libvirt-qemu-api.xml say. */
export interface Api {
  readonly enums: readonly ApiEnum[];
  /** Functions of the C library by name: the version that has brought each, and the page of the reference it is on. */
  readonly functions: ReadonlyMap<string, { readonly since: string; readonly page: string }>;
  /** Macros that are strings: names of typed parameters. */
  readonly strings: readonly { readonly name: string; readonly value: string; readonly info: string }[];
  /** Macros that are numbers. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** Reads the API descriptions that libvirt's build makes; several files are put together. */
export function readApi(sources: readonly string[]): Api {
  const text = sources.join('\n');
  return {
    enums: readEnums(text),
    functions: new Map(
      elements(text, 'function').map(({ attributes }) => [
        attributes('name'),
        { since: attributes('version'), page: attributes('file') },
      ]),
    ),
    strings: elements(text, 'macro')
      .filter(({ attributes }) => attributes('string') !== '')
      .map(({ attributes, body }) => ({
        name: attributes('name'),
        value: attributes('string'),
        info: info(body),
      })),
    numbers: new Map(
      elements(text, 'macro').flatMap(({ attributes }): [string, number][] => {
        const value = sum(attributes('raw'));
        return value === null ? [] : [[attributes('name'), value]];
      }),
    ),
  };
}

interface Element {
  readonly attributes: (name: string) => string;
  readonly body: string;
}

function elements(text: string, tag: string): Element[] {
  const found = text.matchAll(new RegExp(`<${tag} ([^>]*?)(/>|>([^]*?)</${tag}>)`, 'g'));
  return [...found].map(([, head = '', , body = '']) => ({
    attributes: (name) => unescape(new RegExp(`(?:^|\\s)${name}='([^']*)'`).exec(head)?.[1] ?? ''),
    body,
  }));
}

function readEnums(text: string): ApiEnum[] {
  const types = new Map(elements(text, 'typedef').map((element) => [element.attributes('name'), element]));
  const byType = new Map<string, ApiValue[]>();
  const all = elements(text, 'enum');
  const values = new Map(all.map(({ attributes }) => [attributes('name'), attributes('value')]));
  for (const { attributes } of all) {
    const type = attributes('type');
    const value = {
      name: attributes('name'),
      // A value can be the name of another one.
      value: Number(values.get(attributes('value')) ?? attributes('value')),
      since: attributes('version'),
      info: oneLine(attributes('info')),
    };
    // Sentinels move with every version; they are no part of the API.
    if (!type.startsWith('vir') || value.name.endsWith('_LAST')) continue;
    byType.set(type, [...(byType.get(type) ?? []), value]);
  }
  return [...byType]
    .map(([name, values]) => ({
      name,
      since: types.get(name)?.attributes('version') ?? '',
      info: info(types.get(name)?.body ?? ''),
      values: values.sort((a, b) => a.value - b.value || (a.name < b.name ? -1 : 1)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function info(body: string): string {
  return oneLine(/<info><!\[CDATA\[([^]*?)\]\]><\/info>/.exec(body)?.[1] ?? '');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('*/', '* /').replaceAll('@', '').trim();
}

function unescape(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '');
}

function sum(raw: string): number | null {
  if (!/^[(\s]*\d+(\s*\+\s*\d+)*[)\s]*$/.test(raw)) return null;
  return raw
    .replaceAll(/[()\s]/g, '')
    .split('+')
    .reduce((total, part) => total + Number(part), 0);
}
