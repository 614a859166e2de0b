import { DomainMetadataType } from '../generated/constants/domain.js';
import { ErrorCode } from '../generated/constants/error-code.js';
import { parseDefinition, parseSent } from './definition.js';
import { Failure } from './failure.js';
import { bodyOf, child, textOf, withChild, withoutElement } from './xml/edit.js';
import { escapeXml, unescapeXml, type XmlElement } from './xml/tree.js';

/** Which metadata is meant. */
export interface MetadataKey {
  readonly type: number;
  readonly uri: string | null;
}

/** Reads metadata out of a domain's definition. Throws Failure 80 when there is none. */
export function readMetadata(domainXml: string, { type, uri }: MetadataKey): string {
  const domain = parseDefinition(domainXml, 'domain');
  const plain = plainName(type);
  const found = plain === null ? entry(domain, uri) : child(domain, plain);
  if (found === undefined) {
    throw new Failure(ErrorCode.NO_DOMAIN_METADATA, 'Requested metadata element is not present');
  }
  if (plain !== null) return unescapeXml(bodyOf(domainXml, found).trim());
  return withoutPrefix(textOf(domainXml, found));
}

/** The definition with metadata set, or taken out with null. */
export function withMetadata(
  domainXml: string,
  { type, uri }: MetadataKey,
  value: string | null,
  key: string | null,
): string {
  const plain = plainName(type);
  const old = plain === null ? entry(root(domainXml), uri) : child(root(domainXml), plain);
  const bare = old === undefined ? domainXml : withoutElement(domainXml, old);
  if (value === null) return bare;
  if (plain !== null) return withChild(bare, root(bare), `<${plain}>${escapeXml(value)}</${plain}>`);
  const named = withPrefix(value, key ?? '', uri ?? '');
  const home = child(root(bare), 'metadata');
  if (home !== undefined) return withChild(bare, home, named, '    ');
  return withChild(bare, root(bare), `<metadata>\n    ${named}\n  </metadata>`);
}

function root(domainXml: string): XmlElement {
  return parseDefinition(domainXml, 'domain');
}

function plainName(type: number): 'title' | 'description' | null {
  if (type === DomainMetadataType.TITLE) return 'title';
  return type === DomainMetadataType.DESCRIPTION ? 'description' : null;
}

function entry(domain: XmlElement, uri: string | null): XmlElement | undefined {
  return child(domain, 'metadata')?.children.find(({ attributes }) =>
    [...attributes].some(([name, value]) => /^xmlns(:|$)/.test(name) && value === uri),
  );
}

/** libvirt puts an element into its namespace by giving every name in it the key as prefix. */
function withPrefix(source: string, key: string, uri: string): string {
  const element = parseSent(source, 'metadata_xml');
  const edits = [...names(element)].sort((a, b) => b - a);
  const prefixed = edits.reduce((text, at) => `${text.slice(0, at)}${key}:${text.slice(at)}`, source);
  const behindName = element.start + 1 + key.length + 1 + element.name.length;
  return `${prefixed.slice(0, behindName)} xmlns:${key}="${escapeXml(uri)}"${prefixed.slice(behindName)}`;
}

function withoutPrefix(source: string): string {
  const { name } = parseSent(source, 'metadata_xml');
  const [prefix, rest] = name.split(':');
  if (rest === undefined || prefix === undefined) return source;
  return source
    .replace(new RegExp(`\\s+xmlns:${prefix}="[^"]*"`), '')
    .replace(new RegExp(`(</?)${prefix}:`, 'g'), '$1');
}

/** Offsets of the names in all start and end tags. */
function* names(element: XmlElement): Generator<number> {
  yield element.start + 1;
  for (const inner of element.children) yield* names(inner);
  if (element.bodyStart !== element.end) yield element.bodyEnd + 2;
}
