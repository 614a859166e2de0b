import { isXmlCharacter } from './characters.js';

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };

/**
 * Decodes the five predefined entities and character references; nothing is decoded twice.
 * @throws Error on any other entity, a bare "&", or a reference to a character that XML does not allow
 */
export function decodeReferences(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&([^;&]{0,12};?)/g, (_, body: string) => decodeOne(body));
}

function decodeOne(body: string): string {
  const name = body.slice(0, -1);
  const decoded = body.endsWith(';') ? (PREDEFINED[name] ?? decodeNumber(name)) : undefined;
  if (decoded === undefined) {
    const shown = body.endsWith(';')
      ? `&${body} is not one of XML's own entities`
      : 'an "&" stands alone (write &amp;)';
    throw new Error(shown);
  }
  return decoded;
}

function decodeNumber(name: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (!match) return undefined;
  const code = match[1] === undefined ? Number.parseInt(match[2] ?? '', 10) : Number.parseInt(match[1], 16);
  return isXmlCharacter(code) ? String.fromCodePoint(code) : undefined;
}
