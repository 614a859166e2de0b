import { childElements, find, type XmlElement } from './tree.js';

/** The element of a namespace directly below a domain's `<metadata>`; null when there is none. */
export function findMetadata(domain: XmlElement, namespace: string): XmlElement | null {
  const metadata = find(domain, 'metadata');
  if (!metadata) return null;
  const inScope = [metadata, domain];
  return childElements(metadata).find((child) => namespaceOf(child, inScope) === namespace) ?? null;
}

/** The nearest declaration wins: the element's own, then those around it. */
function namespaceOf(element: XmlElement, around: readonly XmlElement[]): string | null {
  const colon = element.name.indexOf(':');
  const declaration = colon === -1 ? 'xmlns' : `xmlns:${element.name.slice(0, colon)}`;
  const declarer = [element, ...around].find((one) => one.attributes.has(declaration));
  return declarer?.attributes.get(declaration) ?? null;
}
