import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { parseFully } from '../../lib/xml/full-parse.js';
import { KnownElements } from '../../lib/xml/known-elements.js';
import { parsePlain } from '../../lib/xml/plain.js';
import { serialize } from '../../lib/xml/serialize.js';
import { element, type XmlElement, type XmlNode } from '../../lib/xml/tree.js';
import { domainXml, networkNic, userNic } from '../operations/domains.js';

function full(xml: string) {
  try {
    return parseFully(xml, 'it');
  } catch (error) {
    if (isHotnicError(error)) return null;
    throw error;
  }
}

const name = fc.stringMatching(/^[a-z_][a-z0-9_.:-]{0,6}$/);
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    ' ',
    '<',
    '>',
    '&',
    '"',
    "'",
    '=',
    '/',
    '\n',
    '\t',
    '\u00e9',
    '\u{1f600}',
    ']',
  ),
  maxLength: 8,
});
const { node } = fc.letrec<{ node: XmlNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text.filter((one) => one !== '').map((one): XmlNode => ({ kind: 'text', text: one })),
    fc
      .tuple(name, fc.dictionary(name, text, { maxKeys: 3 }), fc.array(tie('node'), { maxLength: 4 }))
      .map(([tag, attributes, children]): XmlNode => element(tag, attributes, children)),
  ),
}));
const document = fc
  .tuple(name, fc.array(node, { maxLength: 5 }))
  .map(([tag, children]) => serialize(element(tag, {}, children)));

describe('the reader of plain XML', () => {
  it('reads what it takes as the full parser does', () => {
    let taken = 0;
    fc.assert(
      fc.property(document, (xml) => {
        const plain = parsePlain(xml);
        if (plain === null) return;
        taken += 1;
        assert.deepEqual(plain, full(xml));
      }),
      { numRuns: 500 },
    );
    assert.ok(taken > 100, `it took ${taken} of 500`);
  });

  it('takes nothing that the full parser refuses', () => {
    const sample = domainXml({ nics: [userNic('52:54:00:00:00:0a', 1)] });
    const cut = fc.tuple(
      fc.nat(sample.length),
      fc.nat(4),
      fc.constantFrom('', '<', '>', '/', '"', '&', ' ', 'x', '</a>'),
    );
    fc.assert(
      fc.property(cut, ([at, less, more]) => {
        const xml = sample.slice(0, at) + more + sample.slice(at + less);
        const plain = parsePlain(xml);
        if (plain !== null) assert.deepEqual(plain, full(xml), xml);
      }),
      { numRuns: 400 },
    );
  });

  it('reads the same with what it knows of other documents', () => {
    const small = fc
      .tuple(name, fc.array(node, { maxLength: 3 }))
      .map(([tag, children]) => element(tag, {}, children));
    const related = fc
      .array(small, { minLength: 1, maxLength: 3 })
      .chain((parts) =>
        fc.array(fc.array(fc.constantFrom(...parts), { maxLength: 6 }), { minLength: 2, maxLength: 5 }),
      );
    fc.assert(
      fc.property(related, (documents) => {
        const known = new KnownElements();
        for (const children of documents) {
          const xml = serialize(element('a', {}, children));
          const spans = (options: object) => {
            const told: [string, number, number][] = [];
            const [first] = children;
            const span = {
              name: first?.name ?? 'b',
              on: (of: XmlElement, from: number, to: number) => void told.push([of.name, from, to]),
            };
            return { read: parsePlain(xml, { ...options, withoutSpace: true, span }), told };
          };
          // Elements in one that is known are not told again.
          const outer = ({ read, told }: ReturnType<typeof spans>) => ({
            read,
            told: told.filter(([, from, to]) => !told.some(([, a, b]) => a < from && to < b)),
          });
          assert.deepEqual(outer(spans({ known })), outer(spans({})));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes a definition as libvirt writes it', () => {
    const xml = domainXml({ nics: [networkNic('52:54:00:00:00:0a', 1), userNic('52:54:00:00:00:0b', 2)] });
    const plain = parsePlain(xml);
    assert.ok(plain);
    assert.deepEqual(plain, full(xml));
  });

  it('leaves everything unusual to the full parser', () => {
    for (const xml of [
      '',
      ' ',
      '<?xml version="1.0"?><a/>',
      '<!DOCTYPE a><a/>',
      '<a><!-- c --></a>',
      '<a><![CDATA[x]]></a>',
      '<a b="1" b="2"/>',
      '<a b="<"/>',
      '<a b=1/>',
      '<a b/>',
      '<a>&nosuch;</a>',
      '<a>\r</a>',
      '<a></b>',
      '<a><b></a>',
      '<a/><b/>',
      '<a/>x',
      'x<a/>',
      '<a',
      '<a>',
      '<1/>',
      '<a b="1"c="2"/>',
      `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`,
      '<a>\u0000</a>',
      '<a>\ud800</a>',
      '<\u00e9/>',
    ])
      assert.equal(parsePlain(xml), null, xml);
  });
});
