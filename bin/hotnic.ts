#!/usr/bin/env node
import nodeModule, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
const argv = process.argv.slice(2);

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  keepCompiledCode();
  const { main } = await import('../lib/cli/main.js');
  process.exitCode = await main(argv, process, version);
}

/**
 * Compiling is most of the start-up; Node from 22.8 on can keep its outcome. In a folder of the user's own: what lies
 * in the shared default under /tmp could be somebody else's, and would be run.
 */
function keepCompiledCode(): void {
  const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };
  const xdg = process.env['XDG_CACHE_HOME'];
  enableCompileCache?.(join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'hotnic/compiled'));
}
