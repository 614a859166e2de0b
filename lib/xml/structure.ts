import { isMulticastMac } from '../nic/mac-address.js';
import { libvirtNumber } from './numbers.js';
import { readPci } from './device-address.js';
import { attribute, childElements, find, type XmlElement } from './tree.js';

/**
 * What is plainly wrong with an `<interface>` or `<hostdev>`, without a schema: unknown or repeated children, a
 * missing source, values out of range. Weaker than libvirt's schema; what it lets through libvirt may still refuse.
 */
export function structureProblems(element: XmlElement): readonly string[] {
  if (element.name === 'hostdev') return hostdevProblems(element);
  const type = attribute(element, 'type');
  const needed = type === null ? undefined : NEEDED[type];
  if (needed === undefined)
    return [`the interface type ${JSON.stringify(type)} is not one of ${Object.keys(NEEDED).join(', ')}`];
  const source = find(element, 'source');
  const missing = needed.filter((name) => name !== 'address' && attribute(source, name) === null);
  const noAddress = needed.includes('address') && readPci(find(source, 'address')) === null;
  return [
    ...missing.map((name) => `<source> of an interface of type ${type ?? ''} needs the attribute ${name}`),
    ...(noAddress ? ['<source> of an interface of type hostdev needs a PCI <address>'] : []),
    ...childProblems(element, INTERFACE_CHILDREN),
    ...valueProblems(element),
  ];
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  network: ['network'],
  bridge: ['bridge'],
  direct: ['dev'],
  ethernet: [],
  user: [],
  vhostuser: ['type', 'path', 'mode'],
  vdpa: ['dev'],
  hostdev: ['address'],
};

const DEVICE_CHILDREN = ['acpi', 'address', 'alias', 'boot', 'driver', 'rom', 'source', 'teaming'];
const MANY = new Set(['ip', 'route', 'portForward']);
const INTERFACE_CHILDREN = new Set([
  ...DEVICE_CHILDREN,
  ...MANY,
  ...[
    'backend',
    'backenddomain',
    'bandwidth',
    'coalesce',
    'downscript',
    'filterref',
    'guest',
    'link',
    'mac',
    'model',
  ],
  ...['mtu', 'port', 'script', 'target', 'tune', 'virtualport', 'vlan'],
]);
const HOSTDEV_CHILDREN = new Set([...DEVICE_CHILDREN, 'readonly', 'shareable']);

function hostdevProblems(element: XmlElement): readonly string[] {
  const lacking = readPci(find(element, 'source', 'address')) === null;
  return [
    ...(attribute(element, 'type') === 'pci' ? [] : ['a NIC’s <hostdev> has the type pci']),
    ...(lacking ? ['<source> of a hostdev needs a PCI <address>'] : []),
    ...childProblems(element, HOSTDEV_CHILDREN),
  ];
}

function childProblems(element: XmlElement, known: ReadonlySet<string>): readonly string[] {
  const names = childElements(element).map(({ name }) => name);
  const unknown = names.filter((name) => !known.has(name));
  const repeated = names.filter((name, index) => !MANY.has(name) && names.indexOf(name) !== index);
  return [
    ...unknown.map((name) => `<${element.name}> has no child element <${name}>`),
    ...[...new Set(repeated)].map((name) => `<${name}> is there more than once`),
  ];
}

function valueProblems(element: XmlElement): readonly string[] {
  const mac = attribute(find(element, 'mac'), 'address');
  const macFits = mac === null || (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac) && !isMulticastMac(mac));
  const link = attribute(find(element, 'link'), 'state');
  const vlan = find(element, 'vlan');
  return [
    ...(macFits ? [] : [`${JSON.stringify(mac)} is not a unicast MAC address`]),
    ...(link === null || link === 'up' || link === 'down'
      ? []
      : [`the link state ${JSON.stringify(link)} is neither up nor down`]),
    ...numberProblem(element, ['mtu'], 'size', 0, 65_535),
    ...numberProblem(element, ['boot'], 'order', 1, 0x7fff_ffff),
    ...numberProblem(element, ['driver'], 'queues', 1, 0x7fff_ffff),
    ...(vlan && childElements(vlan, 'tag').length === 0 ? ['<vlan> has no <tag>'] : []),
    ...numberProblem(element, ['vlan', 'tag'], 'id', 0, 4095),
  ];
}

function numberProblem(
  of: XmlElement,
  path: readonly string[],
  name: string,
  min: number,
  max: number,
): readonly string[] {
  const text = attribute(find(of, ...path), name);
  const value = libvirtNumber(text, max);
  if (text === null || (value !== null && value >= min)) return [];
  return [`${path.join('/')} ${name} ${JSON.stringify(text)} is not a number from ${min} to ${max}`];
}
