import { HotnicError } from '../../errors/hotnic-error.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import type { Nic } from '../../nic/sighting.js';
import type { InterfaceXml } from '../../xml/domain.js';

/** The NIC as one of the two definitions that were read has it. Throws HotnicError `internal` where it has not. */
export function ownElement(
  view: Pick<DomainView, 'live' | 'config'>,
  nic: Nic,
  half: 'live' | 'config',
): InterfaceXml {
  const seen = nic.sightings[half];
  const address = seen?.facts['pciAddress'] ?? null;
  const found = view[half]?.interfaces.find(
    (one) => one.mac === (seen?.mac ?? null) && one.pciAddress === address,
  );
  if (!found) throw new HotnicError('internal', `the NIC is not in the ${half} definition that was read`);
  return found;
}
