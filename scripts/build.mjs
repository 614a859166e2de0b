// Builds what is published: the libraries with their types by tsc, the command as one bundle with lazy parts by
// esbuild. Built beside and renamed, so that a hotnic that runs meanwhile is whole.
//   node scripts/build.mjs [--command]     --command: the command alone, for work on it
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const commandOnly = process.argv.includes('--command');
const fresh = `dist.new-${process.pid}`;

try {
  if (!commandOnly) {
    await replace('packages/node-libvirt/dist', async (folder) => {
      tsc('packages/node-libvirt/tsconfig.build.json', folder, '--emitDeclarationOnly');
      await bundleLibvirt(folder);
    });
    tsc('tsconfig.build.json', fresh);
  }
  await bundle();
  if (commandOnly) replaceWith('dist/bin', `${fresh}/bin`);
  else replaceWith('dist', fresh);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function tsc(project, folder, ...options) {
  const args = ['node_modules/typescript/bin/tsc', '-p', project, '--outDir', folder, ...options];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

// One file an entry instead of 150 halves the time that importing it takes; names stay as they are for stack traces.
async function bundleLibvirt(outdir) {
  const from = 'packages/node-libvirt/src';
  await build({
    entryPoints: [`${from}/index.ts`, `${from}/simulator/index.ts`, `${from}/known-hosts/index.ts`],
    outbase: from,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    external: ['ssh2'],
    logLevel: 'warning',
  });
}

async function bundle() {
  await build({
    entryPoints: { hotnic: 'bin/hotnic.ts' },
    outdir: `${fresh}/bin`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    // These bring files of their own (native parts, WebAssembly) or are only loaded where their cost does not matter.
    external: ['ssh2', 'libxml2-wasm', 'winston', 'zod', 'yaml', 'ssh-config'],
    banner: {
      js: "import { createRequire as hotnicRequire } from 'node:module'; const require = hotnicRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  chmodSync(`${fresh}/bin/hotnic.js`, 0o755);
}

async function replace(folder, make) {
  const beside = `${folder}.new-${process.pid}`;
  try {
    await make(beside);
    replaceWith(folder, beside);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

function replaceWith(folder, beside) {
  mkdirSync(dirname(folder), { recursive: true });
  const old = `${folder}.old-${process.pid}`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(beside, folder);
  rmSync(old, { recursive: true, force: true });
}
