import { HotnicError } from '../errors/hotnic-error.js';
import { parseFully } from './full-parse.js';
import { parsePlain } from './plain.js';
import type { XmlElement } from './tree.js';

export interface ParseOptions {
  /** What is being read, for messages: "the definition of web1". */
  readonly what?: string;
  /** Longest document in UTF-16 units. Default 4 Mi: libvirt's own limit for one string. */
  readonly sizeLimit?: number;
}

const SIZE_LIMIT = 4_194_304;

/**
 * Reads a document into a tree. DOCTYPE and entity declarations are refused unread, so nothing in a document can
 * grow.
 * @throws HotnicError `xml-malformed` (with the line), `xml-doctype`, `xml-limit`, `xml-character`
 */
export function parseXml(
  xml: string,
  { what = 'the XML', sizeLimit = SIZE_LIMIT }: ParseOptions = {},
): XmlElement {
  if (xml.length > sizeLimit)
    throw new HotnicError('xml-limit', `${what} is ${xml.length} characters long; ${sizeLimit} are accepted`);
  return parsePlain(xml) ?? parseFully(xml, what);
}
