import { HotnicError } from '../errors/hotnic-error.js';

/**
 * Refuses text that no XML document can carry, not even escaped (XML 1.0, section 2.2: control characters but tab
 * and line ends, lone halves of surrogate pairs, U+FFFE and U+FFFF).
 * @throws HotnicError `xml-character`
 */
export function requireXmlCharacters(text: string, what: string): void {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (isXmlCharacter(code)) continue;
    const shown = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new HotnicError('xml-character', `${what} holds the character ${shown}, which XML cannot carry`, {
      next: 'leave that character out',
    });
  }
}

/** True for a code point that may stand in an XML 1.0 document. */
export function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
