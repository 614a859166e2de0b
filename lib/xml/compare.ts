import { readPci } from './device-address.js';
import { libvirtNumber } from './numbers.js';
import {
  attribute,
  childElements,
  find,
  textOf,
  withAttributes,
  withChild,
  withChildren,
  type XmlElement,
} from './tree.js';

/** One thing in which the running and the persistent definition of a NIC differ. */
export interface DefinitionDifference {
  /** Where: "link/@state", "vlan/tag[2]/@id", "address". */
  readonly path: string;
  /** The value there; null when it is not there. */
  readonly live: string | null;
  readonly config: string | null;
}

/**
 * Compares a NIC's running and persistent definition by meaning; empty when they agree. Left out is what libvirt
 * puts into a running definition by itself: aliases and target names of its own, the real end of a network's port
 * (portid, bridge, type) with the VLAN and virtual port that the network gives it, and the VFIO driver of a VF.
 * Order, comments, white space, and how a number is written mean nothing.
 */
export function sameDefinition(live: XmlElement, config: XmlElement): readonly DefinitionDifference[] {
  const [a, b] = [facts(asMeant(live, config)), facts(asMeant(config, live))];
  const paths = [...new Set([...a.keys(), ...b.keys()])];
  return paths.flatMap((path) => {
    const [one, other] = [a.get(path) ?? null, b.get(path) ?? null];
    return one === other ? [] : [{ path, live: one, config: other }];
  });
}

/**
 * True when two NICs are written alike but for what libvirt makes up in a running definition: sameDefinition then finds
 * no difference. Where they are not written alike, it may find none all the same. Cheap enough for thousands.
 */
export function writtenAlike(one: string, other: string): boolean {
  return one === other || one.replace(OWN_PARTS, '') === other.replace(OWN_PARTS, '');
}

// The same as isOwn, for elements that are written without children: a generated alias, a generated target.
const OWN_PARTS =
  /\s*<(?:alias name=(?:'(?!ua-)[^'<>]*'|"(?!ua-)[^"<>]*")|target dev=['"](?:vnet|macvtap|macvlan|vif)\d[^'"<>]*['"])\s*\/>/g;

/** An element without what says nothing about how it is meant, seen beside its counterpart. */
function asMeant(of: XmlElement, counterpart: XmlElement): XmlElement {
  const onNetwork = attribute(find(of, 'source'), 'network') !== null;
  const isVf = attribute(of, 'type') === 'hostdev';
  // These come from the network or from VFIO when only one side has them.
  const filledIn = [...(onNetwork ? ['vlan', 'virtualport'] : []), ...(isVf ? ['driver'] : []), 'address'];
  const unmatched = filledIn.filter((name) => find(counterpart, name) === null);
  return withChildren(
    onNetwork ? atNetwork(of) : of,
    childElements(onNetwork ? atNetwork(of) : of).filter(
      (child) => !unmatched.includes(child.name) && !isOwn(child),
    ),
  );
}

function atNetwork(of: XmlElement): XmlElement {
  const source = find(of, 'source');
  if (!source) return of;
  const kept = [...source.attributes].filter(([name]) => name === 'network' || name === 'portgroup');
  return withChild(withAttributes(of, { type: 'network' }), 'source', {
    ...source,
    attributes: new Map(kept),
  });
}

/** What libvirt made up, and what only repeats the default. */
function isOwn(child: XmlElement): boolean {
  if (child.name === 'alias') return !attribute(child, 'name')?.startsWith('ua-');
  if (child.name === 'target') return /^(vnet|macvtap|macvlan|vif)\d/.test(attribute(child, 'dev') ?? '');
  return child.name === 'link' && attribute(child, 'state') === 'up';
}

function facts(of: XmlElement): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of of.attributes) all.set(`@${name}`, value);
  collect(of, '', all);
  return all;
}

function collect(parent: XmlElement, prefix: string, all: Map<string, string>): void {
  const counts = new Map<string, number>();
  for (const child of childElements(parent)) {
    const nth = (counts.get(child.name) ?? 0) + 1;
    counts.set(child.name, nth);
    const path = `${prefix}${child.name}${nth === 1 ? '' : `[${nth}]`}`;
    const pci = child.name === 'address' ? readPci(child) : null;
    if (pci !== null) all.set(path, pci);
    else describe(child, path, all);
  }
}

function describe(of: XmlElement, path: string, all: Map<string, string>): void {
  const text = textOf(of) ?? '';
  // An element that holds nothing still says something by being there.
  if (of.attributes.size === 0 && childElements(of).length === 0) all.set(path, text === '' ? 'there' : text);
  else if (text !== '') all.set(path, text);
  for (const [name, value] of of.attributes) all.set(`${path}/@${name}`, normal(value));
  collect(of, `${path}/`, all);
}

/** MAC addresses in either case and numbers in either base are the same. */
function normal(value: string): string {
  if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value)) return value.toLowerCase();
  const number = /^(0x|[0-9])/i.test(value) ? libvirtNumber(value) : null;
  return number === null ? value : String(number);
}
