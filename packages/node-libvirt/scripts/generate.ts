import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { readSources } from './generator/sources.js';
import { writeConstants } from './generator/write-constants.js';
import { writeTable } from './generator/write-table.js';
import { writeHandles } from './generator/write-handles.js';
import { writeProcedures, writeStructs } from './generator/write-types.js';

/*
 * Writes src/generated from libvirt's sources, which it fetches unless a folder with them is named, or compares:
 *   node --import tsx/esm scripts/generate.ts [FOLDER] [--check]
 */
const words = process.argv.slice(2);
const folder = words.find((word) => !word.startsWith('--')) ?? fetchSources();
const mode = words.find((word) => word.startsWith('--'));
const target = fileURLToPath(new URL('../src/generated/', import.meta.url));
const { version, model, api } = readSources(folder);

const files = new Map([
  ['table.ts', writeTable(model, version)],
  ['structs.ts', writeStructs(model, version)],
  ['procedures.ts', writeProcedures(model, version)],
  ...[...writeHandles(model, version, handwritten)].map(([name, text]): [string, string] => [
    `handles/${name}`,
    text,
  ]),
  ...[...writeConstants(api, version)].map(([name, text]): [string, string] => [`constants/${name}`, text]),
]);

if (mode === '--check') await check();
else await write();

function fetchSources(): string {
  const made = mkdtempSync(join(tmpdir(), 'libvirt-'));
  process.once('exit', () => {
    rmSync(made, { recursive: true, force: true });
  });
  const script = fileURLToPath(new URL('fetch-sources.ts', import.meta.url));
  execFileSync(process.execPath, ['--import=tsx/esm', script, made], { stdio: 'inherit' });
  return made;
}

async function write(): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  for (const folder of ['constants', 'handles']) mkdirSync(join(target, folder), { recursive: true });
  for (const [name, text] of files) writeFileSync(join(target, name), await pretty(name, text));
  process.stdout.write(`${files.size} files from libvirt ${version}\n`);
}

async function check(): Promise<void> {
  const differing: string[] = [];
  const present = readdirSync(target, { recursive: true }).map(String);
  for (const [name, text] of files) {
    const old = present.includes(name) ? readFileSync(join(target, name), 'utf8') : '';
    if (old !== (await pretty(name, text))) differing.push(name);
  }
  differing.push(...present.filter((name) => name.endsWith('.ts') && !files.has(name)));
  if (differing.length > 0) {
    process.stderr.write(`src/generated is not what libvirt ${version} gives: ${differing.join(', ')}\n`);
    process.exitCode = 1;
  } else process.stdout.write(`src/generated is what libvirt ${version} gives\n`);
}

function handwritten(file: string): string {
  const path = join(target, '..', `${file}.ts`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function pretty(name: string, text: string): Promise<string> {
  const options = await prettier.resolveConfig(join(target, name));
  const once = await prettier.format(text, { ...options, parser: 'typescript' });
  // A few long imports settle only the second time.
  return prettier.format(once, { ...options, parser: 'typescript' });
}
