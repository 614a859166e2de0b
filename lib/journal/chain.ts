import { createHash } from 'node:crypto';

// 64 bits: enough to notice what was changed by mistake or cut away; it is no protection against one who recomputes it.
const LENGTH = 16;
const TAIL = /,"chain":"([0-9a-f]{16})"\}$/;

/** A line of a journal with the sum that ties it to the line before it; the first one is tied to the run's id. */
export function sealLine(before: string, entry: object): { readonly line: string; readonly chain: string } {
  const body = JSON.stringify(entry);
  const chain = sumOf(before, body);
  return { line: `${body.slice(0, -1)},"chain":"${chain}"}`, chain };
}

/** The sum that stands in a line; null where there is none. */
export function chainOf(line: string): string | null {
  return TAIL.exec(line)?.[1] ?? null;
}

/** Whether the line is as it was written, after the line with the sum `before`. */
export function follows(line: string, before: string): boolean {
  const chain = chainOf(line);
  return chain !== null && sumOf(before, `${line.replace(TAIL, '')}}`) === chain;
}

function sumOf(before: string, body: string): string {
  return createHash('sha256').update(before).update('\n').update(body).digest('hex').slice(0, LENGTH);
}
