import type { HostFunctions, NetworkFunction } from '../../hypervisor/pci/index.js';
import { isVfioDriver } from '../../hypervisor/pci/index.js';
import { parsePciAddress } from '../../nic/pci-address.js';
import { functionOf, nameOf } from './choose-vf.js';
import { noFunction, notAPf, refusal } from './refusals.js';

/**
 * The PF that a person named by its netdev or its address.
 * @throws HotnicError `function-not-found`, `device-not-found`, `not-a-pf`, `no-sriov`
 */
export function findPf(functions: HostFunctions, text: string): NetworkFunction {
  const address = parsePciAddress(text);
  const found =
    address === null
      ? functions.functions.find(({ netdevs }) => netdevs.some(({ name }) => name === text))
      : functionOf(functions, address);
  if (!found) {
    if (address !== null && !functions.all.has(address)) throw noFunction(address);
    throw refusal(
      'device-not-found',
      address === null
        ? `the host has no network device ${JSON.stringify(text)} of a PCI function`
        : `${address} is no network function`,
      pfsText(functions),
    );
  }
  const { virtual } = found;
  if (virtual !== null) throw notAPf(found.address, virtual.physicalFunction, virtual.index);
  if (found.physical !== null) return found;
  throw refusal(
    'no-sriov',
    `${nameOf(found)} (${found.address}) cannot have VFs`,
    `${pfsText(functions)}; --hostdev ${found.address} gives the guest the whole function`,
    'it has no SR-IOV, or the firmware of the host has it turned off',
  );
}

/**
 * The PF's netdev, which has to be up: libvirt sets MAC and VLAN through it.
 * @throws HotnicError `pf-without-netdev`, `pf-not-up`
 */
export function usablePf(pf: NetworkFunction): string {
  const [netdev] = pf.netdevs;
  if (!netdev)
    throw refusal(
      'pf-without-netdev',
      `the PF ${pf.address} has no network device on the host`,
      `hotnic nodedev reattach ${pf.address}`,
      isVfioDriver(pf.driver)
        ? `it is on ${pf.driver ?? ''}: handed over itself`
        : 'MAC, VLAN and the rest of a VF are set through it',
    );
  if (netdev.up) return netdev.name;
  throw refusal(
    'pf-not-up',
    `${netdev.name} is down: its VFs have no link, and libvirt refuses to give one to a guest ("PF is not online")`,
    `ip link set dev ${netdev.name} up, and have the host's network configuration do so at boot`,
  );
}

function pfsText({ functions }: HostFunctions): string {
  const names = functions.filter(({ physical }) => physical !== null).map(nameOf);
  return names.length === 0
    ? 'this host has no PF: hotnic nodedev list'
    : `PFs of this host: ${names.join(', ')}`;
}
