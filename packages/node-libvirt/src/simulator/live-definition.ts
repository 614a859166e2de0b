import { randomUUID } from 'node:crypto';
import { devicesOf, fieldOf, parseDefinition } from './definition.js';
import { withDevice } from './device.js';
import { childAttribute, textOf, withAttribute, withChild, withoutElement } from './xml/edit.js';

/** Name and UUID of a definition. */
export interface Identity {
  readonly name: string;
  readonly uuid: string;
}

/** A definition as libvirt keeps it: with a UUID, no running number, and each NIC with MAC and address. */
export function completeConfig(sent: string): Identity & { readonly xml: string } {
  const { name, uuid, xml } = withIdentity(sent, 'domain');
  return {
    name,
    uuid,
    xml: replug(withAttribute(xml, parseDefinition(xml, 'domain'), 'id', null), 'config', noTarget),
  };
}

/** What a guest started from this definition looks like: a running number, and each NIC with alias and host name. */
export function startedFrom(configXml: string, id: number, nextTarget: () => string): string {
  const numbered = withAttribute(configXml, parseDefinition(configXml, 'domain'), 'id', String(id));
  return replug(numbered, 'live', nextTarget);
}

/** Gives a definition a UUID when it has none. */
export function withIdentity(sent: string, root: 'domain' | 'network'): Identity & { readonly xml: string } {
  const element = parseDefinition(sent, root);
  const name = fieldOf(sent, element, 'name') ?? '';
  const uuid = fieldOf(sent, element, 'uuid')?.toLowerCase();
  if (uuid !== undefined) return { name, uuid, xml: sent };
  const made = randomUUID();
  return { name, uuid: made, xml: withChild(sent, element, `<uuid>${made}</uuid>`) };
}

/** Takes every NIC out and puts it in again, which fills in what is missing. */
function replug(xml: string, half: 'live' | 'config', nextTarget: () => string): string {
  const sources: string[] = [];
  let bare = xml;
  for (;;) {
    const nic = devicesOf(bare).children.find(({ name }) => name === 'interface');
    if (nic === undefined) break;
    sources.push(textOf(bare, nic));
    bare = withoutElement(bare, nic);
  }
  // NICs that know their address go first, so that no other takes it.
  const placed = (source: string): boolean =>
    childAttribute(parseDefinition(source, 'interface'), 'address', 'type') !== undefined;
  const ordered = [...sources.filter(placed), ...sources.filter((source) => !placed(source))];
  return ordered.reduce((domain, source) => withDevice(domain, source, half, nextTarget()), bare);
}

function noTarget(): string {
  return '';
}
