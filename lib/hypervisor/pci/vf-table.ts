import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../channel/channel.js';
import { HotnicError, isHotnicError } from '../../errors/hotnic-error.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';
import { parseLinks } from '../host/links.js';
import { vfDifferences, type VfRow, type VfSettings } from './vf-row.js';

/**
 * How long a question about a VF may take, in ms: drivers talk to their hardware under the lock that `ip` needs, and an
 * emulated host under load took more than 10 s (measured).
 */
export const VF_COMMAND_MS = 30_000;

/** A PF's netdev with its table of VFs. */
export interface VfTable {
  readonly pf: string;
  readonly up: boolean;
  readonly rows: readonly VfRow[];
}

/**
 * Reads the table of a PF.
 * @throws HotnicError `host-command` where there is no such netdev
 */
export async function readVfTable(host: Channel, pf: string, options?: HostCommandOptions): Promise<VfTable> {
  const text = await hostCommand(host, ['ip', '-j', '-d', 'link', 'show', 'dev', pf], {
    timeoutMs: VF_COMMAND_MS,
    ...options,
  });
  const [link] = parseLinks(text).values();
  return { pf, up: link?.up ?? false, rows: link?.vfs ?? [] };
}

/**
 * One row of it.
 * @throws HotnicError `vf-not-there`
 */
export async function readVfRow(
  host: Channel,
  pf: string,
  index: number,
  options?: HostCommandOptions,
): Promise<VfRow> {
  const { rows } = await readVfTable(host, pf, options);
  const row = rows.find((one) => one.index === index);
  if (row) return row;
  throw new HotnicError('vf-not-there', `${pf} has no VF ${index}`, {
    seen: `${rows.length} VFs`,
    next: `ip link show dev ${pf}`,
  });
}

// sriov-cni PR 232: drivers that talk to their VF meanwhile (iavf, i40e) answer EBUSY for a moment.
const TRIES = 5;
const PAUSE_MS = 200;

/**
 * Sets what differs in a row, setting by setting, and reads it again. Where one is refused, those before it have been
 * made; whoever calls has the row as it was.
 * @throws HotnicError `vf-refused`, `vf-not-there`, `host-command`
 */
export async function setVfRow(
  host: Channel,
  pf: string,
  index: number,
  wanted: VfSettings,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const options = signal === undefined ? {} : { signal };
  const now = await readVfRow(host, pf, index, options);
  const changes = commandsFor(now, wanted);
  for (const words of changes) await setOne(host, pf, index, words, options);
  return changes.map(([name]) => name);
}

type Words = readonly [setting: string, ...values: string[]];

/** What `ip link set dev PF vf N` has to be told, one setting a call: so a refusal names its setting. */
function commandsFor(now: VfRow, wanted: VfSettings): readonly Words[] {
  const differing = new Set(vfDifferences(now, wanted).map(({ setting }) => setting));
  const next = { ...now, ...wanted };
  const commands: Words[] = [];
  if (differing.has('mac')) commands.push(['mac', next.mac ?? '00:00:00:00:00:00']);
  if (['vlan', 'qos', 'vlanProtocol'].some((one) => differing.has(one as keyof VfSettings)))
    commands.push(['vlan', ...vlanWords(next)]);
  if (differing.has('spoofCheck')) commands.push(['spoofchk', onOff(next.spoofCheck)]);
  if (differing.has('trust')) commands.push(['trust', onOff(next.trust)]);
  if (differing.has('linkState')) commands.push(['state', next.linkState ?? 'auto']);
  if (differing.has('maxTxRate') || differing.has('minTxRate')) commands.push(rateWords(next, differing));
  if (differing.has('queryRss')) commands.push(['query_rss', onOff(next.queryRss)]);
  return commands;
}

function vlanWords({ vlan, qos, vlanProtocol }: VfRow): readonly string[] {
  if (vlan === null) return ['0'];
  return [
    String(vlan),
    ...(qos === 0 ? [] : ['qos', String(qos)]),
    ...(vlanProtocol === '802.1Q' ? [] : ['proto', vlanProtocol]),
  ];
}

/** A driver may know one of the two alone (igb refuses any min_tx_rate), so only what differs is said. */
function rateWords({ maxTxRate, minTxRate }: VfRow, differing: ReadonlySet<string>): Words {
  const min = ['min_tx_rate', String(minTxRate)] as const;
  if (!differing.has('maxTxRate')) return min;
  const max = ['max_tx_rate', String(maxTxRate)] as const;
  return differing.has('minTxRate') ? [...max, ...min] : max;
}

async function setOne(
  host: Channel,
  pf: string,
  index: number,
  words: Words,
  options: HostCommandOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await hostCommand(host, ['ip', 'link', 'set', 'dev', pf, 'vf', String(index), ...words], {
        timeoutMs: VF_COMMAND_MS,
        ...options,
      });
      return;
    } catch (error) {
      if (!isHotnicError(error, 'host-command')) throw error;
      if (attempt < TRIES && BUSY.test(error.message)) {
        await sleep(PAUSE_MS, undefined, options.signal === undefined ? {} : { signal: options.signal });
        continue;
      }
      throw refused(pf, index, words, error);
    }
  }
}

const BUSY = /Device or resource busy|EBUSY/;

function refused(pf: string, index: number, words: Words, error: HotnicError): HotnicError {
  const seen = error.details.seen ?? error.message;
  const [setting] = words;
  const why = WHYS.find(([text]) => text.test(seen))?.[1];
  return new HotnicError('vf-refused', `${pf} refuses ${words.join(' ')} for its VF ${index}`, {
    seen,
    cause: error,
    ...(why === undefined ? {} : { why: why(setting) }),
    next: `ip -d link show dev ${pf} shows what it has; leave the setting out to keep that`,
  });
}

const WHYS: readonly (readonly [RegExp, (setting: string) => string])[] = [
  [/not supported/i, (setting) => `the driver of the PF does not know ${setting}`],
  [BUSY, () => `the PF was busy ${TRIES} times in ${(TRIES * PAUSE_MS) / 1000} s`],
  [/Invalid argument|out of range/i, () => 'the driver of the PF does not take that value'],
  [/Network is down/i, () => 'the PF is down'],
];

function onOff(value: boolean | null): string {
  return value === true ? 'on' : 'off';
}
