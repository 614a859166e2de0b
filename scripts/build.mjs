// Builds what is published: the libraries with their types by tsc, the command as one bundle with lazy parts by esbuild.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

// `--command` builds the command alone, for work on it: no types, no library.
const commandOnly = process.argv.includes('--command');
for (const folder of ['dist', 'packages/node-libvirt/dist']) rmSync(folder, { recursive: true, force: true });
const tsc = (project) => execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' });
if (!commandOnly) tsc('packages/node-libvirt/tsconfig.build.json');
if (!commandOnly) tsc('tsconfig.build.json');

await build({
  entryPoints: { hotnic: 'bin/hotnic.ts' },
  outdir: 'dist/bin',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['source'],
  minifySyntax: true,
  minifyWhitespace: true,
  // These bring files of their own (native parts, WebAssembly) or are only loaded where their cost does not matter.
  external: ['ssh2', 'libxml2-wasm', 'winston', 'zod', 'yaml', 'ssh-config'],
  banner: { js: "import { createRequire as hotnicRequire } from 'node:module'; const require = hotnicRequire(import.meta.url);" },
  logLevel: 'warning',
});
chmodSync('dist/bin/hotnic.js', 0o755);
