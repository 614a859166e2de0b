import type { Channel } from '../../channel/channel.js';
import { HotnicError } from '../../errors/hotnic-error.js';

export interface HostCommandOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

// A host with 4,000 taps prints about 6 MB of links (1.5 kB each, measured); more than this is no honest answer.
const OUTPUT_LIMIT = 32 * 1024 * 1024;

/**
 * Runs a command on the hypervisor and gives what it printed.
 * @throws HotnicError `host-command` with the command's own words where it fails; what Channel.run throws
 */
export async function hostCommand(
  host: Channel,
  argv: readonly string[],
  { signal, timeoutMs = 10_000 }: HostCommandOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await host.run(argv, {
    timeoutMs,
    outputLimit: OUTPUT_LIMIT,
    ...(signal === undefined ? {} : { signal }),
  });
  if (status === 0) return stdout;
  const seen = stderr.trim().slice(0, 500);
  throw new HotnicError(
    'host-command',
    `${argv.slice(0, 6).join(' ')} on ${host.label} failed: ${seen === '' ? `exit status ${status ?? 'none'}` : seen}`,
    { attempted: argv.join(' '), seen },
  );
}
