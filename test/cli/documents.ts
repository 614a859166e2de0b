import assert from 'node:assert/strict';
import type { z } from 'zod';
import { DOCUMENTS } from '../../lib/cli/schemas/index.js';
import type { Run } from './built.js';
import { documentOf } from './stage.js';

/** The document on stdout, which must fit its published schema. */
export function fitting<N extends keyof typeof DOCUMENTS>(
  result: Run,
  name: N,
): z.infer<(typeof DOCUMENTS)[N]> {
  const document = documentOf(result);
  assert.equal(document['schema'], name, result.stderr);
  const parsed = DOCUMENTS[name].safeParse(document);
  assert.ok(parsed.success, parsed.error?.message);
  return parsed.data as z.infer<(typeof DOCUMENTS)[N]>;
}
