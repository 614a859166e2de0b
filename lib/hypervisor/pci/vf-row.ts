import { parseMac, type MacAddress } from '../../nic/mac-address.js';
import { fieldsOf, flagOf, listOf, numberOf, textOf, type Fields } from '../host/json.js';

/** A VF as its PF sees it: one row of the table that `ip -d link show dev PF` prints. Rates are in Mbit/s. */
export interface VfRow {
  readonly index: number;
  /** Null where none is set: the kernel says 00:00:00:00:00:00. */
  readonly mac: MacAddress | null;
  /** Null: untagged. */
  readonly vlan: number | null;
  readonly qos: number;
  readonly vlanProtocol: '802.1Q' | '802.1ad';
  /** Null, here and below: the PF's driver does not know it. */
  readonly spoofCheck: boolean | null;
  readonly trust: boolean | null;
  readonly linkState: VfLinkState | null;
  /** 0: no limit. */
  readonly maxTxRate: number;
  readonly minTxRate: number;
  readonly queryRss: boolean | null;
}

export type VfLinkState = 'auto' | 'enable' | 'disable';

/** What can be set in a row; what is left out stays as it is. */
export type VfSettings = Partial<Omit<VfRow, 'index'>>;

/** One difference between two rows of a VF, in words: "trust is on, was off". */
export interface VfDifference {
  readonly setting: keyof VfSettings;
  readonly is: string;
  readonly was: string;
}

/**
 * Reads a row from iproute2's JSON: VLAN and rates stand in objects of their own since 4.17, and beside the rest in
 * what came before. Null for what is no row.
 */
export function parseVfRow(entry: Fields): VfRow | null {
  const index = numberOf(entry, 'vf');
  if (index === null || index < 0) return null;
  const [listed] = listOf(entry, 'vlan_list');
  const tag = listed ?? entry;
  const rate = fieldsOf(entry, 'rate');
  const linkState = textOf(entry, 'link_state');
  const vlan = numberOf(tag, 'vlan') ?? 0;
  return {
    index,
    mac: parseMac(textOf(entry, 'address') ?? textOf(entry, 'mac') ?? ''),
    vlan: vlan === 0 ? null : vlan,
    qos: numberOf(tag, 'qos') ?? 0,
    vlanProtocol: textOf(tag, 'protocol')?.toLowerCase() === '802.1ad' ? '802.1ad' : '802.1Q',
    spoofCheck: flagOf(entry, 'spoofchk'),
    trust: flagOf(entry, 'trust'),
    linkState: isLinkState(linkState) ? linkState : null,
    maxTxRate: numberOf(rate, 'max_tx') ?? numberOf(entry, 'max_tx_rate') ?? numberOf(entry, 'tx_rate') ?? 0,
    minTxRate: numberOf(rate, 'min_tx') ?? numberOf(entry, 'min_tx_rate') ?? 0,
    queryRss: flagOf(entry, 'query_rss_en'),
  };
}

/** "auto", "enable" or "disable". */
export function isLinkState(text: string | null | undefined): text is VfLinkState {
  return text === 'auto' || text === 'enable' || text === 'disable';
}

const SETTINGS = [
  'mac',
  'vlan',
  'qos',
  'vlanProtocol',
  'spoofCheck',
  'trust',
  'linkState',
  'maxTxRate',
  'minTxRate',
  'queryRss',
] as const satisfies readonly (keyof VfSettings)[];

/** Where a row is not as it should be. A setting that the driver does not know cannot differ. */
export function vfDifferences(row: VfRow, wanted: VfSettings): readonly VfDifference[] {
  return SETTINGS.flatMap((setting) => {
    const [is, was] = [row[setting], wanted[setting]];
    if (was === undefined || is === was) return [];
    if (SWITCHES.has(setting) && (is === null || was === null)) return [];
    return [{ setting, is: shown(is), was: shown(was) }];
  });
}

const SWITCHES: ReadonlySet<string> = new Set(['spoofCheck', 'trust', 'linkState', 'queryRss']);

/** A row in a few words: "52:54:00:00:00:05, VLAN 7, trust on". */
export function vfRowText(row: VfSettings): string {
  const { mac, vlan, qos = 0, spoofCheck, trust, linkState, maxTxRate = 0, minTxRate = 0 } = row;
  const words = [
    mac === undefined ? null : (mac ?? 'no MAC'),
    vlan == null ? null : `VLAN ${vlan}${qos === 0 ? '' : ` with priority ${qos}`}`,
    spoofCheck == null ? null : `spoof check ${shown(spoofCheck)}`,
    trust == null ? null : `trust ${shown(trust)}`,
    linkState == null ? null : `link ${linkState}`,
    maxTxRate === 0 ? null : `at the most ${maxTxRate} Mbit/s`,
    minTxRate === 0 ? null : `at least ${minTxRate} Mbit/s`,
  ];
  return words.filter((word) => word !== null).join(', ');
}

function shown(value: string | number | boolean | null): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === null ? 'none' : String(value);
}
