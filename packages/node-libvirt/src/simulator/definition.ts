import { ErrorCode } from '../generated/constants/error-code.js';
import { Failure, From } from './failure.js';
import { child } from './xml/edit.js';
import { parseXml, XmlError, type XmlElement } from './xml/tree.js';

/** Parses XML that a client sent. Throws Failure 35, as libvirt does for what is not well formed. */
export function parseSent(source: string, what: string): XmlElement {
  try {
    return parseXml(source);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new Failure(ErrorCode.XML_DETAIL, `(${what}):1: ${error.message}`);
  }
}

/** Parses a definition with this root. Throws Failure 27 for another. */
export function parseDefinition(source: string, root: string): XmlElement {
  const element = parseSent(source, `${root}_definition`);
  if (element.name !== root) {
    const text = `expecting root element of '${root}', not '${element.name}'`;
    throw new Failure(ErrorCode.XML_ERROR, text, From.xml);
  }
  return element;
}

/** The <devices> of a domain. Throws Failure 27 when it has none. */
export function devicesOf(domainXml: string): XmlElement {
  const devices = child(parseDefinition(domainXml, 'domain'), 'devices');
  if (devices === undefined) throw new Failure(ErrorCode.XML_ERROR, 'the domain has no devices');
  return devices;
}

/** The text of a definition's first child of that name. */
export function fieldOf(source: string, root: XmlElement, name: string): string | undefined {
  const field = child(root, name);
  return field === undefined ? undefined : source.slice(field.bodyStart, field.bodyEnd).trim();
}
