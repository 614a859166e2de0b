import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 optimise only what runs for long. A scan of a thousand domains is over in half a second, and a third of the
 * processor time of that went into optimised code that was ready when nothing was left to do (docs/performance.md).
 */
export function compileLater(): void {
  const major = Number.parseInt(process.versions.node, 10);
  // A V8 that does not know the flag would complain on stderr.
  if (major <= LAST_KNOWN) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}

// Node's newest line when this was written.
const LAST_KNOWN = 24;
// Bytes of bytecode that a function runs through between two looks at it; V8's own number is 67584 (Node 20). From
// 300,000 to 800,000 there is no difference to be seen, above it the scan becomes slower.
const BUDGET = 400_000;
