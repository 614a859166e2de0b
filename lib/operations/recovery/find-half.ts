import type { DomainXml, InterfaceXml } from '../../xml/domain.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { HalfRequest } from './request.js';

/**
 * Finds the NIC of a request in a definition as it is now, by its MAC and PCI address: an alias is libvirt's to give
 * anew at every start.
 * @throws HotnicError `nic-ambiguous` when two fit
 */
export function findHalf(definition: DomainXml | null, half: HalfRequest): InterfaceXml | null {
  const fitting = (definition?.interfaces ?? []).filter(
    (nic) =>
      nic.mac === half.mac &&
      (half.address === null || nic.pciAddress === half.address) &&
      !half.others.some(({ alias, address }) => alias === nic.alias && address === nic.pciAddress),
  );
  if (fitting.length > 1)
    throw new HotnicError(
      'nic-ambiguous',
      `${fitting.length} NICs with the MAC ${half.mac ?? ''} fit what the run was about`,
      {
        state: 'nothing was changed',
        next: 'hotnic list shows them; change the right one by hand',
      },
    );
  return fitting[0] ?? null;
}

/** The other NICs of that MAC: what a request has to keep apart from its own. */
export function othersOf(
  definition: DomainXml | null,
  mac: string | null,
  own: InterfaceXml | null,
): HalfRequest['others'] {
  return (definition?.interfaces ?? [])
    .filter((nic) => nic.mac === mac && nic !== own)
    .map(({ alias, pciAddress }) => ({ alias, address: pciAddress }));
}
