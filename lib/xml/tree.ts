/**
 * An ordered element tree. Nothing of a document is lost but its XML declaration and processing instructions: order,
 * comments, white space and elements that nobody here knows stay. Trees are never changed in place.
 */
export interface XmlElement {
  readonly kind: 'element';
  /** The name as written, prefix included: "interface", "qemu:commandline". */
  readonly name: string;
  /** In document order; values are decoded. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
}

/** Character data, decoded; a CDATA section reads as text. */
export interface XmlText {
  readonly kind: 'text';
  readonly text: string;
}

export interface XmlComment {
  readonly kind: 'comment';
  readonly text: string;
}

export type XmlNode = XmlElement | XmlText | XmlComment;

/** Makes an element. Attributes whose value is undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  children: readonly XmlNode[] = [],
): XmlElement {
  const given = Object.entries(attributes).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return { kind: 'element', name, attributes: new Map(given), children };
}

/** The child elements, in order; of one name, when one is given. */
export function childElements(parent: XmlElement, name?: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  for (const node of parent.children)
    if (node.kind === 'element' && (name === undefined || node.name === name)) found.push(node);
  return found;
}

/** The first child element of a name; null when there is none. */
export function firstChild(parent: XmlElement | null, name: string): XmlElement | null {
  if (!parent) return null;
  for (const node of parent.children) if (node.kind === 'element' && node.name === name) return node;
  return null;
}

/** The first element at the end of a path of names below `parent`; null when there is none. */
export function find(parent: XmlElement | null, ...path: readonly string[]): XmlElement | null {
  let at = parent;
  for (const name of path) at = firstChild(at, name);
  return at;
}

/** An attribute's value; null when the element or the attribute is not there. */
export function attribute(of: XmlElement | null, name: string): string | null {
  return of?.attributes.get(name) ?? null;
}

/** The text directly inside an element, trimmed; null when the element is not there. */
export function textOf(of: XmlElement | null): string | null {
  if (!of) return null;
  let text = '';
  for (const node of of.children) if (node.kind === 'text') text += node.text;
  return text.trim();
}

/** The same element with other children. */
export function withChildren(of: XmlElement, children: readonly XmlNode[]): XmlElement {
  return { ...of, children };
}

/** The same element with attributes set (in place when they exist, else at the end) or, with null, removed. */
export function withAttributes(of: XmlElement, changes: Readonly<Record<string, string | null>>): XmlElement {
  const attributes = new Map(of.attributes);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) attributes.delete(name);
    else attributes.set(name, value);
  }
  return { ...of, attributes };
}

/**
 * The same element with `replacement` in the place of its first child element of that name; further ones of the name
 * go. Without such a child it is added at the end; null removes.
 */
export function withChild(of: XmlElement, name: string, replacement: XmlElement | null): XmlElement {
  const at = of.children.findIndex((node) => node.kind === 'element' && node.name === name);
  const kept = of.children.flatMap((node, index): XmlNode[] => {
    if (node.kind !== 'element' || node.name !== name) return [node];
    return index === at && replacement ? [replacement] : [];
  });
  return withChildren(of, at === -1 && replacement ? [...kept, replacement] : kept);
}
