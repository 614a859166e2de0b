import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import { isMulticastMac, parseMac } from '../../nic/mac-address.js';
import { parsePciAddress } from '../../nic/pci-address.js';
import type { Nic } from '../../nic/sighting.js';
import type { Affect, AffectWords } from './affect.js';

/**
 * Chooses the NIC that a person named by MAC, alias, host target, guest interface name or PCI address (the
 * definition's, or the guest's). Never guesses between two.
 * @throws HotnicError `nic-unknown`, `nic-ambiguous`, `mac-invalid` (exit 2), with the candidates
 */
export function selectNic(nics: readonly Nic[], text: string, domain: string): Nic {
  checkMac(text);
  const fitting = nics.filter((nic) => goesBy(nic, text));
  const [chosen] = fitting;
  if (chosen && fitting.length === 1) return chosen;
  if (!chosen)
    throw usageError(
      'nic-unknown',
      `${domain} has no NIC ${JSON.stringify(text)}`,
      nics.length === 0
        ? `hotnic list ${domain} (it has no NICs)`
        : `name one of: ${nics.map(describe).join('; ')}`,
    );
  throw usageError(
    'nic-ambiguous',
    `${JSON.stringify(text)} fits ${fitting.length} NICs of ${domain}`,
    `name one by its alias or PCI address: ${fitting.map(describe).join('; ')}`,
  );
}

/**
 * True when a person may mean this NIC by `text`: MAC, alias, host target, guest interface name or PCI address.
 * @throws HotnicError `mac-invalid` (exit 2) for what looks like a MAC address and is none
 */
export function goesBy(nic: Nic, text: string): boolean {
  checkMac(text);
  return names(nic).has(normal(text));
}

/**
 * The definitions that have the NIC, of those that were asked for. Named ones must have it.
 * @throws HotnicError `nic-not-there`
 */
export function requireThere(nic: Nic, wanted: Affect, words: AffectWords, domain: string): Affect {
  const live = wanted.live && nic.sightings.live !== undefined;
  const config = wanted.config && nic.sightings.config !== undefined;
  const named = words.live || words.config || words.persistent || words.current;
  const lacking = [
    wanted.live && !live ? 'running' : '',
    wanted.config && !config ? 'persistent' : '',
  ].filter((one) => one !== '');
  if ((named && lacking.length > 0) || (!live && !config))
    throw new HotnicError(
      'nic-not-there',
      `${describe(nic)} is not in the ${lacking.join(' or the ')} definition of ${domain}`,
      {
        state: 'nothing was changed',
        next: `hotnic list ${domain} shows where it is`,
      },
    );
  return { live, config };
}

/** Everything that a NIC goes by, in one line. */
export function describe(nic: Nic): string {
  const { live, config, 'guest-config': residue } = nic.sightings;
  const guestName = nic.guestName ?? residue?.name;
  const parts = [nic.alias, nic.mac, nic.target, guestName, (live ?? config)?.facts['pciAddress']];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

function names(nic: Nic): ReadonlySet<string> {
  const all = Object.values(nic.sightings).flatMap((sighting) => [
    sighting.alias,
    sighting.mac,
    sighting.name,
    typeof sighting.facts['pciAddress'] === 'string' ? sighting.facts['pciAddress'] : null,
  ]);
  return new Set(all.filter((name) => name !== null).map(normal));
}

function normal(text: string): string {
  return parseMac(text) ?? parsePciAddress(text) ?? text;
}

function checkMac(text: string): void {
  if (!/^[0-9a-z]{1,2}([:-][0-9a-z]{1,2}){4,}$/i.test(text) || parseMac(text) !== null) return;
  const multicast = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text) && isMulticastMac(text.toLowerCase());
  throw usageError(
    'mac-invalid',
    `${JSON.stringify(text)} is not a MAC address of a NIC${multicast ? ': it is a multicast address' : ''}`,
    'write it as 52:54:00:12:34:56',
  );
}
