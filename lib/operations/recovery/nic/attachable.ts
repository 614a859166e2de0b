import { interfaceWith, isGeneratedTarget } from '../../../xml/edit.js';
import { parseXml } from '../../../xml/parse.js';
import { serialize } from '../../../xml/serialize.js';
import {
  attribute,
  find,
  withAttributes,
  withChild,
  withChildren,
  type XmlElement,
} from '../../../xml/tree.js';

/**
 * The XML with which a NIC can be attached again, from the XML it had: its place stays; aliases, target names and the
 * port of a network that libvirt gave it go, because they may be another's by now.
 */
export function attachableXml(xml: string): string {
  const asDefined = interfaceWith(elementOf(xml), {});
  const kept = withChildren(
    asDefined,
    asDefined.children.filter((node) => node.kind !== 'element' || !isLibvirtsOwn(node)),
  );
  const source = find(kept, 'source');
  return serialize(
    source && attribute(source, 'network') !== null
      ? withChild(kept, 'source', withAttributes(source, { portid: null, bridge: null }))
      : kept,
  );
}

/** The XML with the alias and target name that the NIC has now: an update must not change them. */
export function updatableXml(xml: string, now: XmlElement): string {
  let wanted = elementOf(xml);
  for (const name of ['alias', 'target']) wanted = withChild(wanted, name, find(now, name));
  return serialize(wanted);
}

/** The element of a request's XML. */
export function elementOf(xml: string): XmlElement {
  return parseXml(xml, { what: 'the XML in the journal' });
}

function isLibvirtsOwn(node: XmlElement): boolean {
  if (node.name === 'alias') return !attribute(node, 'name')?.startsWith('ua-');
  return node.name === 'target' && isGeneratedTarget(attribute(node, 'dev'));
}
