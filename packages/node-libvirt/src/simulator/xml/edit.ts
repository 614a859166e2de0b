import type { XmlElement } from './tree.js';

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** An attribute of the first child of that name: childAttribute(nic, 'mac', 'address'). */
export function childAttribute(element: XmlElement, name: string, attribute: string): string | undefined {
  return child(element, name)?.attributes.get(attribute);
}

/** The source text of an element. */
export function textOf(source: string, element: XmlElement): string {
  return source.slice(element.start, element.end);
}

/** The source text between an element's tags. */
export function bodyOf(source: string, element: XmlElement): string {
  return source.slice(element.bodyStart, element.bodyEnd);
}

/** The source without an element, and without the line it stood on alone. */
export function withoutElement(source: string, element: XmlElement): string {
  const before = source.slice(0, element.start).replace(/\n[ \t]*$/, '');
  return before + source.slice(element.end);
}

/** The source with an element's text replaced. */
export function withReplaced(source: string, element: XmlElement, text: string): string {
  return source.slice(0, element.start) + text + source.slice(element.end);
}

/** The source with a fragment added as an element's last child. */
export function withChild(source: string, element: XmlElement, fragment: string, indent = '  '): string {
  const { start, bodyStart, bodyEnd, end } = element;
  const outer = indent.slice(2);
  if (bodyStart === end) {
    const tag = source.slice(start, end).replace(/\s*\/>$/, '>');
    return `${source.slice(0, start)}${tag}\n${indent}${fragment}\n${outer}</${element.name}>${source.slice(end)}`;
  }
  const body = source.slice(bodyStart, bodyEnd).trimEnd();
  return `${source.slice(0, bodyStart)}${body}\n${indent}${fragment}\n${outer}${source.slice(bodyEnd)}`;
}

/** The source with an attribute of an element set, or taken out with null. */
export function withAttribute(
  source: string,
  element: XmlElement,
  name: string,
  value: string | null,
): string {
  const tag = source.slice(element.start, element.bodyStart);
  const bare = tag.replace(new RegExp(`\\s+${name}\\s*=\\s*("[^"]*"|'[^']*')`), '');
  const set = value === null ? bare : bare.replace(/\s*(\/?)>$/, ` ${name}='${value}'$1>`);
  return source.slice(0, element.start) + set + source.slice(element.bodyStart);
}
