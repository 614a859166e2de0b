import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import type { HostFunctions, NetworkFunction } from '../../hypervisor/pci/index.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';

/**
 * Reads what a person calls a function: an address with or without domain, in either case, or libvirt's name of it.
 * @throws HotnicError `function-name` (usage)
 */
export function deviceAddress(text: string, known: Pick<HostFunctions, 'functions'> | null): PciAddress {
  const address = parsePciAddress(text);
  if (address !== null) return address;
  const name = /^net_(.+?)(?:_[0-9a-f]{2}){6}$/i.exec(text)?.[1] ?? text;
  const owner = known?.functions.find(({ netdevs }) => netdevs.some((netdev) => netdev.name === name));
  if (owner)
    throw usageError(
      'function-name',
      `${text} is a network device; a PCI function is asked for`,
      `type ${owner.address} instead`,
    );
  if (/^(?:net|scsi|usb|block|mdev|ccw|css|computer|drm|ap)(?:_|$)/.test(text))
    throw usageError(
      'function-name',
      `${text} is a node device of another kind: no PCI function`,
      'hotnic nodedev list shows the addresses',
    );
  throw usageError(
    'function-name',
    `${JSON.stringify(text)} is no address of a PCI function`,
    'give it as 0000:03:00.0, 03:00.0 or pci_0000_03_00_0; hotnic nodedev list shows them',
  );
}

/**
 * The function of that address.
 * @throws HotnicError `function-not-found`, `function-is-bridge`
 */
export function functionAt(address: PciAddress, { functions, all }: HostFunctions): NetworkFunction {
  const brief = all.get(address);
  if (!brief)
    throw new HotnicError('function-not-found', `this machine has no PCI function ${address}`, {
      state: 'nothing was changed',
      next: 'hotnic nodedev list',
    });
  if (brief.class >> 16 === 0x06)
    throw new HotnicError(
      'function-is-bridge',
      `${address} is a bridge or port of the host, no device that is handed over`,
      {
        why: 'what is behind it would go with it; libvirt too resets and assigns endpoints alone',
        state: 'nothing was changed',
        next: 'hotnic nodedev list shows what can be named',
      },
    );
  const found = functions.find((one) => one.address === address);
  if (found) return found;
  throw new HotnicError('function-not-found', `${address} could not be read`, {
    state: 'nothing was changed',
  });
}
