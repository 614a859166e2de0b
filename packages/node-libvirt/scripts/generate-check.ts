import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TABLE } from '../src/generated/table.js';
import { readSources } from './generator/sources.js';
import { writeTable } from './generator/write-table.js';

/*
 * What CI runs where Debian's sources can be had:
 * 1. src/generated is, byte by byte, what the sources of the suite it is made from give;
 * 2. every call, event and struct of the older libvirt in bookworm stands in the table as that libvirt has it: the
 *    protocol only grows.
 * The exit status is 0 when both hold, 1 when one does not, 75 when the sources cannot be had.
 */
const folder = mkdtempSync(join(tmpdir(), 'libvirt-check-'));
try {
  if (!fetched('newer', 'trixie') || !fetched('older', 'bookworm')) process.exitCode = 75;
  else {
    node('generate.ts', join(folder, 'newer'), '--check');
    compareOlder();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fetched(name: string, suite: string): boolean {
  try {
    node('fetch-sources.ts', join(folder, name), suite);
    return true;
  } catch (error) {
    process.stderr.write(`the sources of ${suite} cannot be had: ${String(error)}\n`);
    return false;
  }
}

function compareOlder(): void {
  const { version, model } = readSources(join(folder, 'older'));
  const now = new Set(TABLE.split('\n').map(withoutVersion));
  const older = /TABLE = `([^`]*)`/.exec(writeTable(model, version))?.[1] ?? '';
  const changed = older.split('\n').filter((line) => !now.has(withoutVersion(line)));
  if (changed.length === 0)
    process.stdout.write(`all of libvirt ${version} is in the table as it is there\n`);
  else {
    process.stderr.write(`libvirt ${version} has these otherwise:\n${changed.join('\n')}\n`);
    process.exitCode = 1;
  }
}

/** The since tags of old functions are corrected now and then; the shapes are what must not change. */
function withoutVersion(line: string): string {
  return line.startsWith('struct ') || line.startsWith('union ')
    ? line
    : line.replace(/ \d+\.\d+\.\d+ /, ' ');
}

function node(script: string, ...args: string[]): void {
  const path = fileURLToPath(new URL(script, import.meta.url));
  execFileSync(process.execPath, ['--conditions=source', '--import=tsx/esm', path, ...args], {
    stdio: 'inherit',
  });
}
