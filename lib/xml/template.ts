import { usageError } from '../errors/hotnic-error.js';
import { fill, placeholder } from './fill.js';
import type { InterfaceSpec } from './spec-types.js';
import { parseXml } from './parse.js';
import { laidOut, serialize } from './serialize.js';
import { placeholderNames, templateValues, type TemplateValues } from './spec-values.js';
import { readTemplate, shippedTemplate } from './template-file.js';
import { attribute, childElements, type XmlElement } from './tree.js';

export { placeholderNames } from './spec-values.js';
export { functionTemplate, templateFolder } from './template-file.js';

export interface RenderOptions {
  /** The path of a template of the user's own. Without it the shipped one of the spec's type is used. */
  readonly template?: string | undefined;
  /** The folder of the shipped templates; found beside package.json when not given. */
  readonly folder?: string | undefined;
}

export interface RenderedInterface {
  /** One `<interface>` or `<hostdev>`, laid out in lines. */
  readonly xml: string;
  readonly element: XmlElement;
  /** The path of the template that was filled. */
  readonly template: string;
}

/**
 * Makes the XML of a NIC from a template. Values go in as values, so no text in them can become markup.
 * @throws HotnicError `template-missing`, `template-malformed`, `template-placeholder` (an unknown one, or a part of
 *   a longer value), `template-unfit` (wrong root or type, or no place for something that was asked for): all exit 2;
 *   `xml-character` when a value holds what XML cannot carry
 */
export async function renderInterface(
  spec: InterfaceSpec,
  options: RenderOptions = {},
): Promise<RenderedInterface> {
  const template = options.template ?? (await shippedTemplate(spec.type, options.folder));
  const element = fillTemplate(await readTemplate(template), spec, template);
  return { xml: `${serialize(element)}\n`, element, template };
}

/** The same with a template that is already text; `name` is what messages call it. */
export function fillTemplate(text: string, spec: InterfaceSpec, name = 'the template'): XmlElement {
  const root = parseTemplate(text, name);
  requireType(root, spec, name);
  const values = templateValues(spec);
  const { element, seen } = fill(root, values);
  requirePlaces(values, seen, name);
  return laidOut(element);
}

const TEMPLATE_LIMIT = 65_536;

function parseTemplate(text: string, name: string): XmlElement {
  const root = asUsageError(() =>
    parseXml(text, { what: `the template ${name}`, sizeLimit: TEMPLATE_LIMIT }),
  );
  if (root.name !== 'interface' && root.name !== 'hostdev')
    throw usageError(
      'template-unfit',
      `the template ${name} is a <${root.name}>`,
      'begin it with <interface type="…"> or <hostdev …>; xml-templates/README.md shows how',
    );
  requireKnownPlaceholders(root, text, name);
  return root;
}

/** What parseXml says of a file that the user named is a mistake in the command, not a failure. */
function asUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw usageError('template-malformed', error.message, 'mend the template; xmllint --noout shows more');
  }
}

function requireKnownPlaceholders(root: XmlElement, text: string, name: string): void {
  const known = new Set(placeholderNames());
  for (const value of valuesOf(root)) {
    const named = placeholder(value);
    if (named !== null && !known.has(named))
      throw usageError(
        'template-placeholder',
        `the template ${name} has the unknown placeholder {${named}} in line ${lineOf(text, `{${named}}`)}`,
        `known placeholders: ${[...known].join(', ')}`,
      );
    const inside =
      named === null
        ? [...value.matchAll(/\{([A-Za-z0-9_-]+)\}/g)].find(([, one]) => known.has(one ?? ''))
        : undefined;
    if (inside)
      throw usageError(
        'template-placeholder',
        `the template ${name} has ${inside[0]} inside a longer value in line ${lineOf(text, inside[0])}`,
        `make ${inside[0]} the whole value`,
      );
  }
}

function valuesOf(of: XmlElement): readonly string[] {
  const texts = of.children.flatMap((node) => (node.kind === 'text' ? [node.text] : []));
  return [...of.attributes.values(), ...texts, ...childElements(of).flatMap(valuesOf)];
}

function lineOf(text: string, part: string): number {
  return text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length;
}

/** A template of another type would connect the NIC to something that was not asked for. */
function requireType(root: XmlElement, spec: InterfaceSpec, name: string): void {
  const type = root.name === 'hostdev' ? 'hostdev' : attribute(root, 'type');
  if (type === spec.type) return;
  throw usageError(
    'template-unfit',
    `the template ${name} is for type ${type ?? '(none)'}, and type ${spec.type} was asked for`,
    `use a template with <interface type="${spec.type}">`,
  );
}

/** What was asked for and has no place in the template would be lost without a word. */
function requirePlaces(values: TemplateValues, seen: ReadonlySet<string>, name: string): void {
  const set = [values.single, ...values.lists.flatMap(({ items }) => items)].flatMap((all) =>
    [...all].flatMap(([key, value]) => (value === undefined ? [] : [key])),
  );
  const lost = [...new Set(set)].filter((key) => !seen.has(key));
  if (lost.length === 0) return;
  throw usageError(
    'template-unfit',
    `the template ${name} has no place for ${lost.join(', ')}`,
    `add ${lost.map((key) => `{${key}}`).join(', ')} to the template, or leave ${lost.length === 1 ? 'it' : 'them'} out`,
  );
}
