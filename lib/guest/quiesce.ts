import { randomBytes } from 'node:crypto';
import type { Channel } from '../channel/channel.js';
import { HotnicError } from '../errors/hotnic-error.js';
import { guestShell, requireRoot } from './guest-shell.js';
import { malformed } from './malformed.js';
import { printable } from './printable.js';
import { sysfsNumber } from './probe-facts.js';
import type { GuestProbe } from './probe-types.js';
import { planQuiesce } from './quiesce-plan.js';
import { addressWords, routeWords } from './quiesce-saved.js';
import type { QuiesceUndo } from './quiesce-saved.js';
import { QUIESCE_SCRIPT } from './quiesce-script.js';
import { unquiesce } from './unquiesce.js';

export { planQuiesce } from './quiesce-plan.js';
export type { Holder, QuiescePlan } from './quiesce-plan.js';
export type { QuiesceUndo } from './quiesce-saved.js';
export { unquiesce } from './unquiesce.js';
export type { Unquiesced } from './unquiesce.js';

export interface QuiesceOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for each command in the guest. Default 15,000. */
  readonly timeoutMs?: number;
}

/**
 * Makes a netdev idle in the guest, in one round trip: writes down its addresses, routes, master and state, takes it
 * out of its bond or bridge and sets it down. The answer undoes it (`unquiesce`).
 * @throws HotnicError `guest-not-root`, `guest-netdev-unknown`, `guest-management-nic`, `guest-netdev-changed`,
 *   `guest-quiesce-failed` (put back as it was), `guest-probe-malformed`; the channel's own errors
 */
export async function quiesce(
  channel: Channel,
  probe: GuestProbe,
  netdev: string,
  options: QuiesceOptions = {},
): Promise<QuiesceUndo> {
  const attempted = `make ${printable(netdev)} idle in the guest`;
  requireRoot(probe, attempted);
  const plan = planQuiesce(probe, netdev);
  if (plan.carriesSession) {
    throw new HotnicError('guest-management-nic', `${printable(netdev)} carries this session`, {
      attempted,
      why: 'setting it down would cut the connection that is needed to set it up again',
      state: 'nothing was changed',
    });
  }
  const nonce = randomBytes(12).toString('hex');
  const { stdout } = await channel.run(guestShell(probe, [nonce, netdev, String(plan.ifindex)]), {
    input: QUIESCE_SCRIPT,
    timeoutMs: options.timeoutMs ?? 15_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { undo, failures } = readAnswer(stdout, nonce, netdev, plan.ifindex);
  if (failures.length === 0) return undo;
  const { failed } = await unquiesce(channel, probe, undo, { timeoutMs: options.timeoutMs ?? 15_000 });
  throw new HotnicError('guest-quiesce-failed', `${printable(netdev)} could not be made idle in the guest`, {
    attempted,
    seen: printable(failures.join('; ')),
    state:
      failed.length === 0 ? 'it was put back as it was' : `not put back: ${printable(failed.join('; '))}`,
  });
}

function readAnswer(
  answer: string,
  nonce: string,
  netdev: string,
  ifindex: number,
): { undo: QuiesceUndo; failures: string[] } {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of answer.split('\n')) {
    if (line.startsWith(`#${nonce} `)) sections.set(line.slice(nonce.length + 2), (current = []));
    else current.push(line);
  }
  if (sections.has('gone')) {
    throw new HotnicError(
      'guest-netdev-changed',
      `${printable(netdev)} is no longer what it was in the guest`,
      {
        why: 'it was renamed, removed or replaced since the guest was asked',
        state: 'nothing was changed',
        next: 'try again',
      },
    );
  }
  const lines = (name: string) => {
    const found = sections.get(name);
    if (!found) throw malformed(`its section "${name}" is missing`, answer.slice(-400));
    return found.filter((line) => line !== '');
  };
  lines('end');
  const [flags = '', master = ''] = lines('state')[0]?.split('\t') ?? [];
  const routes = (['4', '6'] as const).flatMap((family) =>
    lines(`routes${family}`).map((line) => ({ family, line, route: routeWords(line) })),
  );
  const undo: QuiesceUndo = {
    netdev,
    ifindex,
    up: ((sysfsNumber(flags) ?? 0) & 1) === 1,
    master: master === '' ? null : master,
    addresses: lines('addresses').flatMap((line) => {
      const words = addressWords(line);
      return words ? [words] : [];
    }),
    routes: routes.flatMap(({ family, route }) =>
      typeof route === 'string' ? [] : [{ family, words: route.words }],
    ),
    unsaved: routes.filter(({ route }) => route === 'unknown').map(({ line }) => printable(line)),
  };
  const acted = lines('act');
  return { undo, failures: acted.some((line) => line.startsWith('failed\t')) ? acted : [] };
}
