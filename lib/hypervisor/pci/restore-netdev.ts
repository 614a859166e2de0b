import type { Channel } from '../../channel/channel.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { HostCommandOptions } from '../host/host-command.js';
import type { NetdevSettings } from './netdev-settings.js';

/**
 * Gives a netdev what it had: name, MAC, MTU, master, link, addresses, routes, with `ip -batch`. What is there
 * already is replaced by the same, so it may be done again.
 * @param present the name that the kernel or udev has given it now
 * @throws HotnicError `host-command` with the words of `ip` on the line that it refused
 */
export async function restoreNetdev(
  host: Channel,
  saved: NetdevSettings,
  present: NetdevSettings,
  { signal, timeoutMs = 10_000 }: HostCommandOptions = {},
): Promise<void> {
  for (const [family, lines] of restoreBatches(saved, present)) {
    if (lines.length === 0) continue;
    const { status, stderr } = await host.run(['ip', ...family, '-batch', '-'], {
      input: `${lines.join('\n')}\n`,
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    if (status === 0) continue;
    const seen = stderr.trim().slice(0, 500);
    throw new HotnicError('host-command', `${saved.name} could not be put back wholly: ${seen}`, { seen });
  }
}

type Batch = readonly [family: readonly string[], lines: readonly string[]];

/**
 * The lines of `ip -batch`, where a family is said for a whole batch. Names and words come from checked input or from
 * `ip` itself, and hold no space.
 */
export function restoreBatches(saved: NetdevSettings, present: NetdevSettings): readonly Batch[] {
  const { name } = saved;
  const renamed = present.name !== name;
  const moved = saved.mac !== null && saved.mac !== present.mac;
  const set = (...words: string[]) => `link set dev ${name} ${words.join(' ')}`;
  const routes = (of: 4 | 6) =>
    saved.routes
      .filter(({ family }) => family === of)
      .map(({ words }) => `route replace ${words.join(' ')} dev ${name}`);
  const link = [
    ...(renamed ? [`link set dev ${present.name} down`, `link set dev ${present.name} name ${name}`] : []),
    ...(moved ? [set('down'), set('address', saved.mac)] : []),
    ...(saved.mtu === null || saved.mtu === present.mtu ? [] : [set('mtu', String(saved.mtu))]),
    ...(saved.master === null || saved.master === present.master ? [] : [set('master', saved.master)]),
    ...(saved.up ? [set('up')] : []),
    ...saved.addresses.map((words) => `address replace ${words.join(' ')} dev ${name}`),
    // An address makes no link go up, but somebody else's rule may have.
    ...(saved.up ? [] : [set('down')]),
  ];
  return [
    [[], link],
    [['-4'], routes(4)],
    [['-6'], routes(6)],
  ];
}

/** What is not as it was, in words; empty when all is. Lifetimes run on, so they are not compared. */
export function settingsDifferences(saved: NetdevSettings, now: NetdevSettings): readonly string[] {
  const lines: string[] = [];
  const compare = (what: string, was: string | number | null, is: string | number | null) => {
    if (was !== is) lines.push(`${what} is ${is ?? 'none'}, was ${was ?? 'none'}`);
  };
  compare('name', saved.name, now.name);
  compare('MAC', saved.mac, now.mac);
  compare('MTU', saved.mtu, now.mtu);
  compare('master', saved.master, now.master);
  compare('link', saved.up ? 'up' : 'down', now.up ? 'up' : 'down');
  const there = new Set(now.addresses.map(addressText));
  for (const words of saved.addresses)
    if (!there.has(addressText(words))) lines.push(`address ${addressText(words)} is missing`);
  const routes = new Set(now.routes.map(({ words }) => words.join(' ')));
  for (const { words } of saved.routes)
    if (!routes.has(words.join(' '))) lines.push(`route ${words.join(' ')} is missing`);
  return lines;
}

/** "192.0.2.4/24", "192.0.2.4 peer 192.0.2.5/32". */
function addressText(words: readonly string[]): string {
  return words[1] === 'peer' ? words.slice(0, 3).join(' ') : (words[0] ?? '');
}
