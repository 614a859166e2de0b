import { randomBytes } from 'node:crypto';
import { ErrorCode } from '../generated/constants/error-code.js';
import { devicesOf, parseSent } from './definition.js';
import { Failure } from './failure.js';
import { aliasOf, findInterface, macOf } from './interfaces.js';
import { assertFree, freeAddress, pciAddressOf, pciElement } from './pci.js';
import { child, childAttribute, textOf, withChild, withoutElement, withReplaced } from './xml/edit.js';
import { parseXml, type XmlElement } from './xml/tree.js';

/** Where a device is put: a running guest's devices have aliases and host names, a definition's have not. */
export type Half = 'live' | 'config';

const KINDS = [
  'interface',
  'hostdev',
  'disk',
  'controller',
  'rng',
  'input',
  'memory',
  'watchdog',
  'redirdev',
];

/** Parses a device that a client sent. Throws Failure 35, 67 or 27 as libvirt does for what is no device. */
export function parseDevice(source: string): XmlElement {
  const device = parseSent(source, 'device_definition');
  if (!KINDS.includes(device.name)) {
    throw new Failure(ErrorCode.CONFIG_UNSUPPORTED, `unknown device type '${device.name}'`);
  }
  const mac = macOf(device);
  if (mac !== undefined && !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) {
    throw new Failure(ErrorCode.XML_ERROR, `unable to parse mac address '${mac}'`);
  }
  return device;
}

/**
 * The domain with a device added: MAC, PCI address, and for a running guest alias and target filled in where the device
 * does not bring its own.
 * @throws Failure 1 when no port is free, 27 when address or alias are taken.
 */
export function withDevice(domainXml: string, source: string, half: Half, targetName: string): string {
  const devices = devicesOf(domainXml);
  const device = parseDevice(source);
  const wanted = pciAddressOf(device);
  if (wanted !== undefined) assertFree(devices, wanted);
  const complete = half === 'live' ? withLiveParts(source, devices, targetName) : withoutLiveParts(source);
  const isNic = device.name === 'interface';
  const withMac =
    isNic && macOf(device) === undefined ? add(complete, `<mac address='${randomMac()}'/>`) : complete;
  if (!isNic || wanted !== undefined) return withChild(domainXml, devices, withMac, '    ');
  const room = half === 'live' ? domainXml : withRoom(domainXml);
  const placed = add(withMac, pciElement(freeAddress(devicesOf(room))));
  return withChild(room, devicesOf(room), placed, '    ');
}

/** The domain with a changed interface in the place of the one it matches; what is not given stays as it was. */
export function withUpdated(domainXml: string, source: string): string {
  const old = findInterface(devicesOf(domainXml), parseDevice(source));
  const kept = ['mac', 'target', 'model', 'alias', 'address'].reduce((text, name) => {
    const part = child(old, name);
    return part === undefined || child(parseXml(text), name) !== undefined
      ? text
      : add(text, textOf(domainXml, part));
  }, source);
  return withReplaced(domainXml, old, kept);
}

/** The device with what only a running guest has: an alias, and a host name where its type has one. */
function withLiveParts(source: string, devices: XmlElement, targetName: string): string {
  const device = parseXml(source);
  const alias = aliasOf(device);
  const own = alias?.startsWith('ua-') === true ? alias : undefined;
  if (own !== undefined && devices.children.some((other) => aliasOf(other) === own)) {
    throw new Failure(ErrorCode.XML_ERROR, `non unique alias detected: ${own}`);
  }
  let complete = source;
  if (own === undefined)
    complete = add(without(complete, 'alias'), `<alias name='${nextAlias(devices, device.name)}'/>`);
  const hasTarget = ['network', 'bridge', 'ethernet', 'direct'].includes(device.attributes.get('type') ?? '');
  if (device.name === 'interface' && hasTarget && childAttribute(device, 'target', 'dev') === undefined) {
    complete = add(without(complete, 'target'), `<target dev='${targetName}'/>`);
  }
  return complete;
}

/** The device without what only a running guest has: libvirt keeps no alias but the user's own in a definition. */
function withoutLiveParts(source: string): string {
  const alias = aliasOf(parseXml(source));
  return alias === undefined || alias.startsWith('ua-') ? source : without(source, 'alias');
}

/** A definition with a free port: where all are taken, libvirt adds a pcie-root-port to a q35 definition. */
function withRoom(domainXml: string): string {
  const devices = devicesOf(domainXml);
  try {
    freeAddress(devices);
    return domainXml;
  } catch (error) {
    const controllers = devices.children.filter(({ attributes }) => attributes.get('type') === 'pci');
    const indexes = controllers.map(({ attributes }) => Number(attributes.get('index')));
    if (!controllers.some(({ attributes }) => attributes.get('model') === 'pcie-root')) throw error;
    const port = `<controller type='pci' index='${Math.max(...indexes) + 1}' model='pcie-root-port'/>`;
    return withChild(domainXml, devices, port, '    ');
  }
}

function nextAlias(devices: XmlElement, kind: string): string {
  const stem = kind === 'interface' ? 'net' : kind;
  const numbers = devices.children.map(
    (device) => new RegExp(`^${stem}(\\d+)$`).exec(aliasOf(device) ?? '')?.[1],
  );
  return `${stem}${Math.max(-1, ...numbers.filter((number) => number !== undefined).map(Number)) + 1}`;
}

function add(source: string, fragment: string): string {
  return withChild(source, parseXml(source), fragment, '      ');
}

function without(source: string, name: string): string {
  const found = child(parseXml(source), name);
  return found === undefined ? source : withoutElement(source, found);
}

function randomMac(): string {
  return ['52', '54', '00', ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))].join(
    ':',
  );
}
