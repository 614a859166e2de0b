import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from '../../lib/cli/schemas/index.js';

describe('the published schemas', () => {
  it('are those of the source: node --conditions=source --import tsx scripts/json-schemas.ts writes them', async () => {
    const folder = fileURLToPath(new URL('../../docs/schemas/', import.meta.url));
    const schemas = jsonSchemas();
    assert.deepEqual((await readdir(folder)).sort(), [...schemas.keys()].sort());
    for (const [name, schema] of schemas)
      assert.deepEqual(
        JSON.parse(await readFile(folder + name, 'utf8')),
        JSON.parse(JSON.stringify(schema)),
        name,
      );
  });
});
