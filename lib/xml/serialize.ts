import { requireXmlCharacters } from './characters.js';
import { withChildren, type XmlElement, type XmlNode } from './tree.js';

/**
 * Writes a tree as XML text; parsing that gives the same tree back.
 * @throws HotnicError `xml-character` when a value holds a character that XML cannot carry
 */
export function serialize(node: XmlNode): string {
  if (node.kind === 'text') return escapeText(node.text);
  if (node.kind === 'comment') return comment(node.text);
  const attributes = [...node.attributes]
    .map(([name, value]) => ` ${name}='${escapeAttribute(value, name)}'`)
    .join('');
  if (node.children.length === 0) return `<${node.name}${attributes}/>`;
  return `<${node.name}${attributes}>${node.children.map(serialize).join('')}</${node.name}>`;
}

/** The same tree laid out as libvirt does it, two spaces a level. Text beside elements is left as it is. */
export function laidOut(of: XmlElement, depth = 0): XmlElement {
  const solid = of.children.filter((node) => node.kind !== 'text' || node.text.trim() !== '');
  if (solid.length === 0) return withChildren(of, of.children.some(isElement) ? [] : blankFree(of));
  if (solid.some((node) => node.kind === 'text')) return of;
  const inner = solid.flatMap((node): XmlNode[] => [
    { kind: 'text', text: `\n${'  '.repeat(depth + 1)}` },
    node.kind === 'element' ? laidOut(node, depth + 1) : node,
  ]);
  return withChildren(of, [...inner, { kind: 'text', text: `\n${'  '.repeat(depth)}` }]);
}

function isElement(node: XmlNode): boolean {
  return node.kind === 'element';
}

/** White space alone in an element that spans lines is layout; on one line it may be a value. */
function blankFree(of: XmlElement): readonly XmlNode[] {
  return of.children.filter((node) => node.kind !== 'text' || !node.text.includes('\n'));
}

function escapeText(text: string): string {
  requireXmlCharacters(text, 'a text');
  return escape(text).replaceAll('\r', '&#13;');
}

/** Line ends and tabs go as references: a parser would turn them into spaces. */
function escapeAttribute(value: string, name: string): string {
  requireXmlCharacters(value, `the value of ${name}`);
  return escape(value)
    .replaceAll("'", '&apos;')
    .replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A comment cannot be escaped; "--" within one is pulled apart so that it ends where it should. */
function comment(text: string): string {
  requireXmlCharacters(text, 'a comment');
  return `<!--${text.replace(/-(?=-)/g, '- ').replace(/-$/, '- ')}-->`;
}
