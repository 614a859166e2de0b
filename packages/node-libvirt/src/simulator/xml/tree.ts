/** An element of a parsed document, with the places of its text in the source so that the source can be edited. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Offset of "<". */
  readonly start: number;
  /** Offset behind the start tag's ">". */
  readonly bodyStart: number;
  /** Offset of "</"; the same as `bodyStart` for an empty-element tag. */
  readonly bodyEnd: number;
  /** Offset behind the last ">". */
  readonly end: number;
}

/** The text is not XML, or more of it than the simulator takes. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const MAX_LENGTH = 4_194_304;
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 50_000;

interface Open {
  name: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  start: number;
  bodyStart: number;
}

/**
 * Parses a document into a tree of elements: as much XML as libvirt's definitions need, bounded in length, depth and
 * number. Document types are refused, so there are no entities beyond the five predefined ones.
 * @throws XmlError
 */
export function parseXml(source: string): XmlElement {
  if (source.length > MAX_LENGTH) throw new XmlError(`more than ${MAX_LENGTH} characters`);
  const stack: Open[] = [];
  const roots: XmlElement[] = [];
  let count = 0;
  const finish = (open: Open, bodyEnd: number, end: number): void => {
    const element: XmlElement = { ...open, bodyEnd, end };
    const parent = stack.at(-1);
    if (parent !== undefined) parent.children.push(element);
    else roots.push(element);
  };
  for (let at = source.indexOf('<'); at !== -1; at = source.indexOf('<', at)) {
    const skipped = skipMarkup(source, at);
    if (skipped !== null) {
      at = skipped;
      continue;
    }
    const tag = readTag(source, at);
    if (tag.closing) {
      const open = stack.pop();
      if (open?.name !== tag.name)
        throw new XmlError(`</${tag.name}> where ${open?.name ?? 'nothing'} is open`);
      finish(open, at, tag.end);
    } else {
      count += 1;
      const { name, attributes, end } = tag;
      const open = { name, attributes, children: [], start: at, bodyStart: end };
      if (count > MAX_ELEMENTS || stack.length >= MAX_DEPTH) throw new XmlError('too many elements');
      if (tag.empty) finish(open, end, end);
      else stack.push(open);
    }
    at = tag.end;
  }
  const unclosed = stack.at(-1);
  if (unclosed !== undefined) throw new XmlError(`<${unclosed.name}> is not closed`);
  const [root, another] = roots;
  if (root === undefined) throw new XmlError('no element');
  if (another !== undefined) throw new XmlError('more than one root element');
  return root;
}

/** Passes over a comment, CDATA section or processing instruction; null when there is none. */
function skipMarkup(source: string, at: number): number | null {
  for (const [open, close] of [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ] as const) {
    if (!source.startsWith(open, at)) continue;
    const end = source.indexOf(close, at + open.length);
    if (end === -1) throw new XmlError(`${open} is not closed`);
    return end + close.length;
  }
  if (source.startsWith('<!', at)) throw new XmlError('document types are not accepted');
  return null;
}

interface Tag {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly closing: boolean;
  readonly empty: boolean;
  readonly end: number;
}

function readTag(source: string, at: number): Tag {
  const head = sticky(/<(\/?)([A-Za-z_][\w.:-]*)/y, source, at);
  if (head === null) throw new XmlError(`"<" without a name at ${at}`);
  const attributes = new Map<string, string>();
  let end = at + head[0].length;
  for (;;) {
    const attribute = sticky(/\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y, source, end);
    if (attribute === null) break;
    attributes.set(attribute[1] ?? '', unescapeXml(attribute[2] ?? attribute[3] ?? ''));
    end += attribute[0].length;
  }
  const close = sticky(/\s*(\/?)>/y, source, end);
  if (close === null) throw new XmlError(`the tag <${head[2] ?? ''} is not closed`);
  return {
    name: head[2] ?? '',
    attributes,
    closing: head[1] === '/',
    empty: close[1] === '/',
    end: end + close[0].length,
  };
}

function sticky(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Replaces the predefined entities; others stay as they are. */
export function unescapeXml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** Makes text fit for an attribute or an element's body. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
