import { createRequire } from 'node:module';
import type * as FastXmlParser from 'fast-xml-parser';
import { HotnicError } from '../errors/hotnic-error.js';
import { requireXmlCharacters } from './characters.js';
import { refuseDeclarations } from './declarations.js';
import { decodeReferences } from './references.js';
import type { XmlElement, XmlNode } from './tree.js';

const DEPTH_LIMIT = 128;

/**
 * Reads any document there may be, or says what is wrong with it. DOCTYPE and entity declarations are refused unread.
 * @throws HotnicError `xml-malformed` (with the line), `xml-doctype`, `xml-limit`, `xml-character`
 */
export function parseFully(xml: string, what: string): XmlElement {
  requireXmlCharacters(xml, what);
  refuseDeclarations(xml, what);
  const valid = tools().validate(xml);
  if (valid !== true) throw malformed(what, `line ${valid.err.line}: ${valid.err.msg}`);
  const roots = read(xml, what).filter((node): node is XmlElement => node.kind === 'element');
  const [root] = roots;
  if (!root || roots.length > 1) throw malformed(what, `it has ${roots.length} root elements instead of one`);
  return root;
}

interface ValidatorError {
  readonly msg: string;
  readonly line: number;
  readonly col?: number;
}

// The parser is made once: it keeps no state between documents. Entities are decoded here (references.ts), because the
// parser leaves character references alone and would decode what a DOCTYPE declares.
const OPTIONS: FastXmlParser.X2jOptions = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  commentPropName: '#comment',
  cdataPropName: '#cdata',
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEPTH_LIMIT,
  // Names such as "hasOwnProperty" are kept: the tree holds names as values and in maps, never as properties.
  onDangerousProperty: (name: string) => name,
};

interface Tools {
  validate(xml: string): true | { readonly err: ValidatorError };
  parse(xml: string): unknown;
}

let made: Tools | undefined;

/** Loaded when the first unusual document comes: most commands never meet one, and all would wait for it. */
function tools(): Tools {
  if (made) return made;
  const library = createRequire(import.meta.url)('fast-xml-parser') as typeof FastXmlParser;
  // The parser alone takes "<a><b></a>" without a word. The validator is still part of the library and is to move into
  // a package of its own in a later major version; this is all of it that is used.
  const { XMLValidator: validator } = library as unknown as {
    readonly XMLValidator: { validate(xml: string): true | { readonly err: ValidatorError } };
  };
  const parser = new library.XMLParser(OPTIONS);
  made = { validate: (xml) => validator.validate(xml), parse: (xml) => parser.parse(xml) as unknown };
  return made;
}

type Raw = Readonly<Record<string, unknown>>;

function read(xml: string, what: string): readonly XmlNode[] {
  try {
    return nodes(tools().parse(xml) as readonly Raw[]);
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    if (/nested tags/i.test(seen))
      throw new HotnicError('xml-limit', `${what} is nested deeper than ${DEPTH_LIMIT} elements`, {
        cause: error,
      });
    throw malformed(what, seen, error);
  }
}

function nodes(raw: readonly Raw[]): readonly XmlNode[] {
  const all: XmlNode[] = [];
  for (const one of raw) {
    const node = nodeOf(one);
    const last = all.at(-1);
    if (node.kind === 'text' && last?.kind === 'text')
      all[all.length - 1] = { kind: 'text', text: last.text + node.text };
    else all.push(node);
  }
  return all;
}

function nodeOf(raw: Raw): XmlNode {
  const name = Object.keys(raw).find((key) => key !== ':@') ?? '';
  const value = raw[name];
  if (name === '#text') return { kind: 'text', text: decodeReferences(String(value)) };
  if (name === '#comment') return { kind: 'comment', text: innerText(value) };
  if (name === '#cdata') return { kind: 'text', text: innerText(value) };
  const attributes = Object.entries((raw[':@'] ?? {}) as Readonly<Record<string, string>>);
  return {
    kind: 'element',
    name,
    attributes: new Map(attributes.map(([key, text]) => [key, attributeValue(key, text)])),
    children: nodes(value as readonly Raw[]),
  };
}

/** A literal line end or tab in an attribute means a space (XML 1.0, section 3.3.3); a reference to one stays. */
function attributeValue(name: string, raw: string): string {
  if (raw.includes('<')) throw new Error(`the attribute ${name} holds a bare "<" (write &lt;)`);
  return decodeReferences(raw.replace(/\r\n|[\t\n\r]/g, ' '));
}

function innerText(value: unknown): string {
  return (value as readonly { readonly '#text'?: string }[]).map((part) => part['#text'] ?? '').join('');
}

function malformed(what: string, seen: string, cause?: unknown): HotnicError {
  return new HotnicError('xml-malformed', `${what} is not well-formed XML: ${seen}`, { seen, cause });
}
