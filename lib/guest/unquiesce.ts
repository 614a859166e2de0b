import type { Channel } from '../channel/channel.js';
import { guestShell } from './guest-shell.js';
import type { GuestProbe } from './probe-types.js';
import type { QuiesceUndo } from './quiesce-saved.js';

/** What was put back and what was not, each as the command that was run, with the guest's words for a failure. */
export interface Unquiesced {
  readonly restored: readonly string[];
  readonly failed: readonly string[];
}

/**
 * Puts a netdev back as it stood: master first (a bond takes no device that is up), then up, addresses, routes. Goes
 * on after a failure, and reports each. What is there already counts as restored.
 */
export async function unquiesce(
  channel: Channel,
  probe: GuestProbe,
  undo: QuiesceUndo,
  options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
): Promise<Unquiesced> {
  const restored: string[] = [];
  const failed = undo.unsaved.map((line) => `${line}: cannot be put back by hotnic`);
  for (const command of commands(undo)) {
    const text = command.join(' ');
    const result = await channel.run(guestShell(probe, command), {
      input: RUN_IP,
      timeoutMs: options.timeoutMs ?? 15_000,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    // EEXIST of a route: the guest's own tools were quicker.
    if (result.status === 0 || result.stderr.includes('File exists')) restored.push(text);
    else failed.push(`${text}: ${result.stderr.trim()}`);
  }
  return { restored, failed };
}

const RUN_IP = 'LC_ALL=C; export LC_ALL; PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin; exec "$@" </dev/null\n';

/** A gateway must be reachable before a route through it can be added. */
function gatewaysLast(routes: QuiesceUndo['routes']): QuiesceUndo['routes'] {
  const through = (route: QuiesceUndo['routes'][number]) => Number(route.words.includes('via'));
  return [...routes].sort((a, b) => through(a) - through(b));
}

// IPv4 addresses stay on a device that goes down, so they may be there: "replace" takes both cases.
function commands({ netdev, master, up, addresses, routes }: QuiesceUndo): string[][] {
  const link = ['ip', 'link', 'set', 'dev', netdev];
  return [
    ...(master === null ? [] : [[...link, 'master', master]]),
    ...(up ? [[...link, 'up']] : []),
    ...addresses.map((words) => ['ip', 'addr', 'replace', ...words, 'dev', netdev]),
    ...gatewaysLast(routes).map(({ family, words }) => [
      'ip',
      `-${family}`,
      'route',
      'add',
      ...words,
      'dev',
      netdev,
    ]),
  ];
}
