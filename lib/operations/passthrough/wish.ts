import { usageError } from '../../errors/hotnic-error.js';
import { parsePciAddress } from '../../nic/pci-address.js';
import { isLinkState, type VfSettings } from '../../hypervisor/pci/vf-row.js';

/** How a VF is asked for beside its MAC and VLAN, as people type it. */
export interface VfSettingsInput {
  readonly spoofCheck?: string | undefined;
  readonly trust?: string | undefined;
  /** "MAX" or "MAX:MIN", in Mbit/s. */
  readonly rate?: string | undefined;
  readonly link?: string | undefined;
}

/** A VF of a PF: by its number, or null for one that is free. */
export interface VfWish {
  readonly pf: string;
  readonly index: number | null;
}

/**
 * Reads "PF" or "PF:N"; the PF is a netdev's name or an address in any usual form. An address ends in "00.0", and a
 * netdev's name has no colon: so a number behind the last colon is the VF's.
 * @throws HotnicError `vf-invalid` (exit 2)
 */
export function readVfWish(text: string, option: string): VfWish {
  const [, named, index] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const pf = named ?? text;
  if (/^[\w.@-]{1,32}$/.test(pf) || parsePciAddress(pf) !== null)
    return { pf, index: index === undefined ? null : Number(index) };
  throw usageError(
    'vf-invalid',
    `${option} cannot be ${JSON.stringify(text)}`,
    `${option} enp1s0f0, ${option} enp1s0f0:3 or ${option} 0000:01:00.0:3`,
  );
}

/** Mbit/s of 400 GbE, with room; what the kernel takes is 32 bits. */
const FASTEST = 1_000_000;

/**
 * Checks what was typed of a VF's settings.
 * @throws HotnicError `vf-settings-invalid` (exit 2)
 */
export function checkVfSettings({ spoofCheck, trust, rate, link }: VfSettingsInput): VfSettings {
  return {
    ...(spoofCheck === undefined ? {} : { spoofCheck: onOff(spoofCheck, '--spoof-check') }),
    ...(trust === undefined ? {} : { trust: onOff(trust, '--trust') }),
    ...(rate === undefined ? {} : readRate(rate)),
    ...(link === undefined ? {} : { linkState: linkState(link) }),
  };
}

/** The number of VFs that `--create-vfs` names. Throws HotnicError `vf-settings-invalid` (exit 2). */
export function readVfCount(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw invalid(`--create-vfs cannot be ${JSON.stringify(text)}`, '--create-vfs 4');
}

function onOff(text: string, option: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw invalid(`${option} cannot be ${JSON.stringify(text)}`, `${option} on, or ${option} off`);
}

function readRate(text: string): VfSettings {
  const [, max = '', min] = /^(\d{1,7})(?::(\d{1,7}))?$/.exec(text) ?? [];
  const maxTxRate = max === '' ? -1 : Number(max);
  const minTxRate = min === undefined ? undefined : Number(min);
  const form = '--rate MAX or --rate MAX:MIN in Mbit/s, 0 for no limit';
  if (maxTxRate < 0 || maxTxRate > FASTEST || (minTxRate ?? 0) > FASTEST)
    throw invalid(`--rate cannot be ${JSON.stringify(text)}`, form);
  if (minTxRate !== undefined && maxTxRate !== 0 && minTxRate > maxTxRate)
    throw invalid(`--rate ${text} asks for more at least than at the most`, form);
  return minTxRate === undefined ? { maxTxRate } : { maxTxRate, minTxRate };
}

function linkState(text: string): NonNullable<VfSettings['linkState']> {
  if (isLinkState(text)) return text;
  throw invalid(`--vf-link cannot be ${JSON.stringify(text)}`, '--vf-link auto, enable or disable');
}

function invalid(message: string, next: string): Error {
  return usageError('vf-settings-invalid', message, next);
}
