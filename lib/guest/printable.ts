// Whole escape sequences go first (ECMA-48: control sequences; strings up to BEL or ST; two-character forms), so that
// their arguments do not stay behind as text. 200 characters are more than any control sequence has.
const ESC = '\u001b';
const ESCAPES = new RegExp(
  [
    `(?:${ESC}\\[|\u009b)[0-?]{0,200}[ -/]{0,8}[@-~]?`,
    `(?:${ESC}[PX\\]^_]|[\u0090\u0098\u009d-\u009f])[^\u0007${ESC}\u009c]{0,4096}(?:\u0007|${ESC}\\\\|\u009c)?`,
    `${ESC}[ -/]{0,8}[0-~]?`,
  ].join('|'),
  'g',
);

// \p{Cc} is C0, DEL and C1; \p{Cf} is what hides or reorders text: zero-width characters, bidi controls (UAX #9), byte
// order marks, tags; \p{Zl} and \p{Zp} break lines.
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text from a guest made safe for a terminal: escape sequences, control and bidi characters go, tabs and line breaks become
 * single spaces, lone surrogates become U+FFFD, and what is longer than `max` characters (default 500) ends in "…".
 */
export function printable(text: string, max = 500): string {
  const plain = text
    .slice(0, max * 4 + 8192)
    .replace(ESCAPES, '')
    .replace(/[\t\n\v\f\r\u2028\u2029]+/g, ' ')
    .replace(CONTROLS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
  const characters = Array.from(plain);
  return characters.length > max ? `${characters.slice(0, Math.max(0, max - 1)).join('')}…` : plain;
}
