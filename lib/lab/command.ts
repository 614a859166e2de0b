import { localChannel } from '../channel/local.js';
import { HotnicError } from '../errors/hotnic-error.js';

/** How a command of the lab is run. */
export interface CommandOptions {
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** Default 60,000 ms; then the command is killed. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command on this machine to its end in the C locale and gives its standard output.
 * @throws HotnicError `lab-command-failed` with the command's own words when it does not end with status 0; what
 *   `Channel.run` throws.
 */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { input, timeoutMs = 60_000, signal } = options;
  const {
    status,
    signal: killedBy,
    stdout,
    stderr,
  } = await machine.run(argv, {
    timeoutMs,
    outputLimit: OUTPUT_LIMIT,
    ...(input === undefined ? {} : { input }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (status === 0) return stdout;
  const seen = `${stderr}${stdout}`.trim() || `ended with ${status ?? killedBy ?? 'no status'}`;
  throw new HotnicError('lab-command-failed', `${argv[0] ?? ''} failed: ${lastLines(seen)}`, {
    attempted: argv.join(' ').slice(0, 500),
    seen: seen.slice(-4000),
  });
}

// Nothing of the caller's environment reaches the lab: its processes must not depend on who started them.
const machine = localChannel({
  env: {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LC_ALL: 'C',
    DEBIAN_FRONTEND: 'noninteractive',
  },
});

const OUTPUT_LIMIT = 8 << 20;

function lastLines(text: string): string {
  return text.split('\n').slice(-3).join('; ');
}
