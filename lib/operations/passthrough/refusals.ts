import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import type { PciAddress } from '../../nic/pci-address.js';

const UNCHANGED = { state: 'nothing was changed' };

/** A function that cannot be given to the guest as it stands; nothing was changed. */
export function refusal(code: string, message: string, next: string, why?: string): HotnicError {
  return new HotnicError(code, message, { ...UNCHANGED, next, ...(why === undefined ? {} : { why }) });
}

/** There is no function of that address. */
export function noFunction(address: PciAddress): HotnicError {
  return refusal(
    'function-not-found',
    `the host has no PCI function ${address}`,
    'hotnic nodedev list shows the functions there are',
  );
}

/** A VF was named as if it were a PF. */
export function notAPf(vf: PciAddress, pf: PciAddress, index: number): HotnicError {
  return usageError(
    'not-a-pf',
    `${vf} is a VF itself: number ${index} of ${pf}`,
    `--hostdev ${vf}, or --vf ${pf}:${index}`,
  );
}
