import type { ListValues, TemplateValues } from './spec-values.js';
import type { XmlElement, XmlNode } from './tree.js';

/** What became of a template. */
export interface Filled {
  readonly element: XmlElement;
  /** The placeholders that the template has. */
  readonly seen: ReadonlySet<string>;
}

/**
 * Puts values into a parsed template. A placeholder is a whole attribute value or the whole text of an element.
 *
 * - A set placeholder becomes its value; an attribute whose placeholder is unset is dropped.
 * - An element that has placeholders, in it or below it, none of which is set, is dropped with all its literals.
 *   Elements without placeholders stay, and so does the root.
 * - An element with a placeholder of a list (VLAN tags, filter parameters) is repeated for every item.
 * - Comments go.
 */
export function fill(root: XmlElement, values: TemplateValues): Filled {
  const seen = new Set<string>();
  const [first] = fillElement(root, { values: values.single, lists: values.lists, seen });
  return { element: first?.element ?? { ...root, children: [] }, seen };
}

/** The placeholder that a text is, without its braces; null when it is a literal. */
export function placeholder(text: string): string | null {
  return /^\s*\{([A-Za-z0-9_-]+)\}\s*$/.exec(text)?.[1] ?? null;
}

interface Scope {
  readonly values: ReadonlyMap<string, string | undefined>;
  readonly lists: readonly ListValues[];
  readonly seen: Set<string>;
}

interface Part<Node> {
  readonly element: Node;
  readonly placeholders: number;
  readonly set: number;
}

function fillElement(of: XmlElement, scope: Scope): readonly Part<XmlElement>[] {
  const own = [...of.attributes.values(), ...texts(of)].flatMap((text) => placeholder(text) ?? []);
  const list = scope.lists.find(({ names }) => own.some((name) => names.includes(name)));
  if (!list) return [fillOne(of, scope)];
  const inner = scope.lists.filter((other) => other !== list);
  // Without an item the element is filled once with nothing set, so that it counts as unset for what is around it.
  const items = list.items.length > 0 ? list.items : [new Map(list.names.map((name) => [name, undefined]))];
  return items.map((item) =>
    fillOne(of, { ...scope, values: new Map([...scope.values, ...item]), lists: inner }),
  );
}

function fillOne(of: XmlElement, scope: Scope): Part<XmlElement> {
  const attributes = new Map<string, string>();
  let placeholders = 0;
  let set = 0;
  for (const [name, text] of of.attributes) {
    const value = lookUp(text, scope);
    if (value.placeholder) placeholders += 1;
    if (value.text === undefined) continue;
    if (value.placeholder) set += 1;
    attributes.set(name, value.text);
  }
  const children: XmlNode[] = [];
  for (const part of of.children.flatMap((child) => fillChild(child, scope))) {
    placeholders += part.placeholders;
    set += part.set;
    if (part.element && (part.placeholders === 0 || part.set > 0)) children.push(part.element);
  }
  return { element: { ...of, attributes, children }, placeholders, set };
}

function fillChild(child: XmlNode, scope: Scope): readonly Part<XmlNode | null>[] {
  if (child.kind === 'comment') return [];
  if (child.kind === 'element') return fillElement(child, scope);
  const value = lookUp(child.text, scope);
  const text: XmlNode | null = value.text === undefined ? null : { kind: 'text', text: value.text };
  return [{ element: text, placeholders: value.placeholder ? 1 : 0, set: value.placeholder && text ? 1 : 0 }];
}

function lookUp(
  text: string,
  scope: Scope,
): { readonly placeholder: boolean; readonly text: string | undefined } {
  const name = placeholder(text);
  if (name === null) return { placeholder: false, text };
  scope.seen.add(name);
  return { placeholder: true, text: scope.values.get(name) };
}

function texts(of: XmlElement): readonly string[] {
  return of.children.flatMap((node) => (node.kind === 'text' ? [node.text] : []));
}
