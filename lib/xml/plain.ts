import type { Known, KnownElements } from './known-elements.js';
import { decodeReferences } from './references.js';
import type { XmlElement, XmlNode } from './tree.js';

// Control characters but tab and line feed, and halves of characters.
const UNFIT = new RegExp(`[${range(0, 8)}${range(0x0b, 0x1f)}${range(0x7f, 0x9f)}\ud800-\udfff\ufffe\uffff]`);

function range(from: number, to: number): string {
  return `${String.fromCharCode(from)}-${String.fromCharCode(to)}`;
}

// Deeper ones are for the full parser to judge.
const DEPTH_LIMIT = 64;
// Devices are the same as in another document, and what is in them; hardly ever anything that is longer.
const KNOWN_LENGTH = 512;
const KNOWN_CHILDREN = 256;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const NO_CHILDREN: readonly XmlNode[] = [];

export interface PlainOptions {
  /** Leave out text that is white space alone. */
  readonly withoutSpace?: boolean;
  /** Told where each element of this name stands in the document. */
  readonly span?: { readonly name: string; readonly on: (of: XmlElement, from: number, to: number) => void };
  /** What was read of the documents before, with the same options. */
  readonly known?: KnownElements | undefined;
}

/**
 * Reads a plain document, such as libvirt writes them, in one pass: some ten times as fast as the full parser, which
 * has to be loaded first. Null for everything that is unusual or wrong in any way: the full parser then decides, and
 * names what is wrong. A test holds the two against each other.
 */
export function parsePlain(xml: string, options: PlainOptions = {}): XmlElement | null {
  if (UNFIT.test(xml)) return null;
  try {
    return new PlainReader(xml, options).document();
  } catch (error) {
    // A reference that XML does not have, too: the full parser knows the words for it.
    if (error instanceof Error) return null;
    throw error;
  }
}

class Unusual extends Error {}

class PlainReader {
  readonly #xml: string;
  readonly #options: PlainOptions;
  #at = 0;
  /** The last tag ended in "/>". */
  #empty = false;

  constructor(xml: string, options: PlainOptions) {
    this.#xml = xml;
    this.#options = options;
  }

  document(): XmlElement {
    this.#space();
    const root = this.#element(1);
    this.#space();
    if (this.#at !== this.#xml.length) throw new Unusual();
    return root;
  }

  #element(depth: number): XmlElement {
    if (depth > DEPTH_LIMIT || this.#code() !== LT) throw new Unusual();
    const from = this.#at++;
    const name = this.#name();
    const attributes = this.#attributes();
    const children = this.#empty ? NO_CHILDREN : this.#children(name, depth);
    const made: XmlElement = { kind: 'element', name, attributes, children };
    const { span } = this.#options;
    if (span?.name === name) span.on(made, from, this.#at);
    return made;
  }

  /** Up to the end of the start tag. */
  #attributes(): ReadonlyMap<string, string> {
    let all: Map<string, string> | null = null;
    for (;;) {
      const before = this.#at;
      this.#space();
      const code = this.#code();
      if (code === GT) break;
      if (code === SLASH) {
        if (this.#xml.charCodeAt(this.#at + 1) !== GT) throw new Unusual();
        this.#at += 2;
        this.#empty = true;
        return all ?? NO_ATTRIBUTES;
      }
      if (before === this.#at) throw new Unusual();
      const name = this.#name();
      const quote = this.#xml.charCodeAt(this.#at + 1);
      if (this.#code() !== EQUALS || (quote !== DOUBLE && quote !== SINGLE)) throw new Unusual();
      const from = this.#at + 2;
      const to = this.#xml.indexOf(quote === DOUBLE ? '"' : "'", from);
      if (to === -1) throw new Unusual();
      const raw = this.#xml.slice(from, to);
      if (all?.has(name) === true || ODD_VALUE.test(raw)) throw new Unusual();
      all ??= new Map();
      all.set(name, decodeReferences(raw));
      this.#at = to + 1;
    }
    this.#at++;
    this.#empty = false;
    return all ?? NO_ATTRIBUTES;
  }

  /** Up to the end of the end tag. */
  #children(name: string, depth: number): readonly XmlNode[] {
    const children: XmlNode[] = [];
    const known = this.#options.known?.childrenOf(name);
    for (;;) {
      const tag = this.#xml.indexOf('<', this.#at);
      if (tag === -1) throw new Unusual();
      if (this.#options.withoutSpace === true) this.#space();
      if (tag > this.#at) {
        const text = this.#xml.slice(this.#at, tag);
        if (text.includes(']]>')) throw new Unusual();
        children.push({ kind: 'text', text: decodeReferences(text) });
      }
      this.#at = tag;
      if (this.#xml.charCodeAt(tag + 1) === SLASH) break;
      children.push(known ? this.#unlessKnown(known, children.length, depth + 1) : this.#element(depth + 1));
    }
    const end = this.#at + 2 + name.length;
    if (!this.#xml.startsWith(name, this.#at + 2) || this.#xml.charCodeAt(end) !== GT) throw new Unusual();
    this.#at = end + 1;
    return children.length === 0 ? NO_CHILDREN : children;
  }

  /** The element that was in this place before, if this one is written the same. */
  #unlessKnown(known: (Known | undefined)[], place: number, depth: number): XmlElement {
    const from = this.#at;
    const before = known[place];
    if (before !== undefined && this.#xml.slice(from, from + before.written.length) === before.written) {
      const { element, written } = before;
      this.#at += written.length;
      if (this.#options.span?.name === element.name) this.#options.span.on(element, from, this.#at);
      return element;
    }
    const element = this.#element(depth);
    const fits = this.#at - from <= KNOWN_LENGTH && place < KNOWN_CHILDREN;
    if (fits) known[place] = { written: this.#xml.slice(from, this.#at), element };
    return element;
  }

  #name(): string {
    const from = this.#at;
    const first = this.#code();
    if (first >= 128 || NAME_CODES[first] !== NAME_START) throw new Unusual();
    for (let code = first; code < 128 && NAME_CODES[code] !== 0; code = this.#code()) this.#at++;
    const name = this.#xml.slice(from, this.#at);
    if (name.length > 8 && REFUSED.test(name)) throw new Unusual();
    return name;
  }

  #space(): void {
    for (let code = this.#code(); code === 0x20 || code === 0x0a || code === 0x09; code = this.#code())
      this.#at++;
  }

  /** NaN at the end, which equals nothing. */
  #code(): number {
    return this.#xml.charCodeAt(this.#at);
  }
}

// Line ends and tabs in a value mean spaces, and a "<" is wrong: rare enough for the full parser.
const ODD_VALUE = /[<\n\t]/;

// The full parser refuses these names.
const REFUSED = /__proto__|constructor|prototype/;

const [LT, GT, SLASH, EQUALS, DOUBLE, SINGLE] = [0x3c, 0x3e, 0x2f, 0x3d, 0x22, 0x27];
const [NAME_PART, NAME_START] = [1, 2];

/** ASCII letters and "_" begin a name here; digits, ".", "-" and ":" may follow. Other names are left to the full parser. */
const NAME_CODES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) return NAME_START;
  return /[0-9.:-]/.test(character) ? NAME_PART : 0;
});
