import { printable } from '../guest/printable.js';

// Long enough for a list of candidates; what a guest says is cut shorter where it is read.
const LINE_LIMIT = 4_000;

/** Text of several lines made safe for a terminal: names and words of guests, hosts and files may be in any of them. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line, LINE_LIMIT))
    .join('\n');
}
