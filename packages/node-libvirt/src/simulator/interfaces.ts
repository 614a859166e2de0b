import { ErrorCode } from '../generated/constants/error-code.js';
import { Failure } from './failure.js';
import { formatPci, pciAddressOf } from './pci.js';
import { childAttribute } from './xml/edit.js';
import type { XmlElement } from './xml/tree.js';

const NULL = '(<null>)';

/** The alias of a device element. */
export function aliasOf(device: XmlElement): string | undefined {
  return childAttribute(device, 'alias', 'name');
}

/** The MAC address of an interface element, in lower case. */
export function macOf(device: XmlElement): string | undefined {
  return childAttribute(device, 'mac', 'address')?.toLowerCase();
}

/**
 * The one interface that a request means, compared as libvirt 9.0 does: by MAC, PCI address and alias, each only where
 * the request gives it; type, source and model do not count.
 * @throws Failure 99 when there is none, 9 when there are several.
 */
export function findInterface(devices: XmlElement, wanted: XmlElement): XmlElement {
  const mac = macOf(wanted);
  const pci = pciAddressOf(wanted);
  const address = pci === undefined ? undefined : formatPci(pci);
  const alias = aliasOf(wanted);
  const matches = devices.children.filter((device) => {
    if (device.name !== 'interface') return false;
    const own = pciAddressOf(device);
    const ownAlias = aliasOf(device);
    return (
      (mac === undefined || macOf(device) === mac) &&
      (address === undefined || (own !== undefined && formatPci(own) === address)) &&
      (alias === undefined || ownAlias === undefined || ownAlias === alias)
    );
  });
  const [found, another] = matches;
  if (found === undefined) {
    throw new Failure(
      ErrorCode.DEVICE_MISSING,
      `no device found at address '${address ?? NULL}' matching MAC address '${mac ?? NULL}'` +
        ` and alias '${alias ?? NULL}'`,
    );
  }
  if (another !== undefined) {
    throw new Failure(
      ErrorCode.OPERATION_FAILED,
      mac === undefined
        ? 'multiple matching devices found'
        : `multiple devices matching MAC address ${mac} found`,
    );
  }
  return found;
}

/**
 * The device of that alias, of any kind.
 * @throws Failure 1: libvirt 9.0 reports this one as an internal error, not as 99.
 */
export function findAlias(devices: XmlElement, alias: string): XmlElement {
  const found = devices.children.find((device) => aliasOf(device) === alias);
  if (found === undefined) throw new Failure(ErrorCode.INTERNAL_ERROR, `no device found with alias ${alias}`);
  return found;
}
