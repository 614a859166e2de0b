import type * as Libxml2Module from 'libxml2-wasm';
import type { SchemaFile } from './schema-files.js';

type Libxml2 = typeof Libxml2Module;

/** RelaxNG is to leave libxml2 in a later version; this is all of it that is used,. */
interface RelaxNg {
  readonly RelaxNGValidator: { fromDoc(grammar: Libxml2Module.XmlDocument): Validator };
}

interface Validator {
  validate(document: Libxml2Module.XmlDocument): void;
  dispose(): void;
}

/**
 * Validates a document against libvirt's schema with another start: one device instead of a domain. The library is
 * loaded here and not before: it costs more than everything else of a command.
 * @returns what is wrong, in the library's words; empty when valid
 * @throws Error when the schema does not compile
 */
export async function validateWith(
  files: readonly SchemaFile[],
  start: 'interface' | 'hostdev',
  xml: string,
): Promise<readonly string[]> {
  const library = await import('libxml2-wasm');
  const place = publish(library, files);
  const grammar = library.XmlDocument.fromString(grammarWith(start), { url: `${place}/start.rng` });
  try {
    const { RelaxNGValidator }: RelaxNg = library;
    const validator = RelaxNGValidator.fromDoc(grammar);
    try {
      return validate(library, validator, xml);
    } finally {
      validator.dispose();
    }
  } finally {
    grammar.dispose();
    published.delete(place);
  }
}

function grammarWith(start: string): string {
  return `<grammar xmlns="http://relaxng.org/ns/structure/1.0"><include href="domaincommon.rng"/>
    <start><ref name="${start}"/></start></grammar>`;
}

function validate(
  { XmlDocument, XmlValidateError }: Libxml2,
  validator: Validator,
  xml: string,
): readonly string[] {
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    return [...new Set(error.message.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
  } finally {
    document.dispose();
  }
}

// The library asks registered providers for files by URL, for the whole process and for good. One provider of ours
// answers for the schemas that are in use, each under a folder of its own.
const published = new Map<string, readonly SchemaFile[]>();
let registered = false;
let count = 0;

function publish(library: Libxml2, files: readonly SchemaFile[]): string {
  if (!registered) registered = library.xmlRegisterInputProvider(provider());
  const place = `hotnic-schema:/${(count += 1)}`;
  published.set(place, files);
  return place;
}

function provider(): Parameters<Libxml2['xmlRegisterInputProvider']>[0] {
  const open = new Map<number, { rest: Buffer }>();
  let next = 1;
  return {
    match: (url) => lookUp(url) !== undefined,
    open: (url) => {
      const text = lookUp(url);
      if (text === undefined) return undefined;
      open.set(next, { rest: Buffer.from(text) });
      return next++;
    },
    read: (id, target) => {
      const file = open.get(id);
      if (!file) return -1;
      const length = file.rest.copy(target);
      file.rest = file.rest.subarray(length);
      return length;
    },
    close: (id) => open.delete(id),
  };
}

function lookUp(url: string): string | undefined {
  const cut = url.lastIndexOf('/');
  return published.get(url.slice(0, cut))?.find(({ name }) => name === url.slice(cut + 1))?.text;
}
