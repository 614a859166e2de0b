import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Output } from './output.js';

/** What a command gets beside its arguments: the world, as parameters. */
export interface CliContext {
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts when the user interrupts; a second interrupt ends the process. */
  readonly signal: AbortSignal;
  readonly version: string;
  readonly home: string;
  readonly user: string;
}

/** The world of this process. */
export function processContext(out: Output, signal: AbortSignal, version: string): CliContext {
  const { username } = userInfo();
  return {
    out,
    env: process.env,
    signal,
    version,
    home: process.env['HOME'] ?? homedir(),
    user: process.env['USER'] ?? username,
  };
}

/** Where hotnic keeps its state: --state-dir, then $XDG_STATE_HOME/hotnic, /var/lib/hotnic for root, ~/.local/state/hotnic. */
export function stateDir(context: CliContext, given: string | undefined): string {
  if (given !== undefined) return given;
  const xdg = context.env['XDG_STATE_HOME'];
  if (xdg !== undefined && xdg.startsWith('/')) return join(xdg, 'hotnic');
  return process.getuid?.() === 0 ? '/var/lib/hotnic' : join(context.home, '.local/state/hotnic');
}

/** Where what can be made again is kept: the lab's images. */
export function cacheDir(context: CliContext): string {
  const xdg = context.env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && xdg.startsWith('/') ? xdg : join(context.home, '.cache'), 'hotnic');
}
