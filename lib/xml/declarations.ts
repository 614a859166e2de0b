import { HotnicError } from '../errors/hotnic-error.js';

const OPAQUE = [
  { from: '<!--', to: '-->' },
  { from: '<![CDATA[', to: ']]>' },
] as const;

/**
 * Refuses DOCTYPE, ENTITY and every other "<!" that is neither a comment nor CDATA. Goes over the text once,
 * whatever it holds.
 * @throws HotnicError `xml-doctype`, `xml-malformed` (a comment or CDATA without end)
 */
export function refuseDeclarations(xml: string, what: string): void {
  for (let at = xml.indexOf('<!'); at !== -1; at = xml.indexOf('<!', at)) {
    const opaque = OPAQUE.find(({ from }) => xml.startsWith(from, at));
    const line = xml.slice(0, at).split('\n').length;
    if (!opaque)
      throw new HotnicError(
        'xml-doctype',
        `${what} has a document type or entity declaration at line ${line}`,
        {
          why: 'a few such lines can expand to more than a machine can hold, or read its files; hotnic reads none',
          next: 'take the <!DOCTYPE …> out and write the values where they belong',
        },
      );
    const end = xml.indexOf(opaque.to, at + opaque.from.length);
    if (end === -1)
      throw new HotnicError(
        'xml-malformed',
        `${what} is not well-formed XML: line ${line}: ${opaque.from} has no end`,
      );
    at = end + opaque.to.length;
  }
}
