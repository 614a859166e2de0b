// Writes docs/schemas: the JSON Schemas of what commands print with --json. A test holds the files to the source.
//   node --conditions=source --import tsx scripts/json-schemas.ts
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { jsonSchemas } from '../lib/cli/schemas/index.js';

const folder = fileURLToPath(new URL('../docs/schemas/', import.meta.url));
const schemas = jsonSchemas();
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!schemas.has(name)) await rm(folder + name);
const style = await resolveConfig(folder + 'x.json');
for (const [name, schema] of schemas)
  await writeFile(folder + name, await format(JSON.stringify(schema), { ...style, parser: 'json' }));
