import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { isXmlCharacter } from '../../lib/xml/characters.js';
import { parseXml } from '../../lib/xml/parse.js';
import { laidOut, serialize } from '../../lib/xml/serialize.js';
import { attribute, childElements, type XmlElement, type XmlNode } from '../../lib/xml/tree.js';
import { Q35 } from './definitions.js';

const refused = (code: string, pattern?: RegExp) => (error: unknown) =>
  isHotnicError(error, code) && (pattern === undefined || pattern.test(error.message));

const name = fc
  .stringMatching(/^[a-z_][a-z0-9_.-]{0,8}(:[a-z_][a-z0-9]{0,5})?$/)
  .filter((text) => !/^(xml|__proto__$|constructor$|prototype$)/i.test(text));
// Characters that mean something to XML come up as often as all others together.
const markup = ['<', '>', '&', "'", '"', ';', '#', '/', '!', '-', ']', '\t', '\n', '\r', ' '];
const text = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...markup), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
  })
  .filter((value) => Array.from(value).every((one) => isXmlCharacter(one.codePointAt(0) ?? 0)));

const tree: fc.Arbitrary<XmlElement> = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc
    .record({
      name,
      attributes: fc.dictionary(name, text, { maxKeys: 4 }),
      children: fc.array(
        fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          text.filter((value) => value !== '').map((value): XmlNode => ({ kind: 'text', text: value })),
          fc.stringMatching(/^[a-z &<]{0,8}$/).map((value): XmlNode => ({ kind: 'comment', text: value })),
          tie('element'),
        ),
        { maxLength: 4 },
      ),
    })
    .map(({ name: named, attributes, children }): XmlElement => {
      const apart = children.filter(
        (node, index) => node.kind !== 'text' || children[index - 1]?.kind !== 'text',
      );
      return {
        kind: 'element',
        name: named,
        attributes: new Map(Object.entries(attributes)),
        children: apart,
      };
    }),
})).element;

describe('reading and writing XML', () => {
  it('gives back every tree that it wrote, with any text in it', () => {
    fc.assert(
      fc.property(tree, (one) => {
        assert.deepEqual(parseXml(serialize(one)), one);
      }),
    );
  });

  it('keeps order, comments, unknown elements, prefixes and white space of a definition', () => {
    assert.equal(serialize(parseXml(Q35)).replaceAll('"', "'"), Q35.replaceAll('"', "'"));
  });

  it('decodes entities once, and takes numbers as text', () => {
    const root = parseXml(
      `<a x='1&amp;#65;&lt;&quot;&apos;&#65;&#x42;&#10;' y='007' z='a\n\tb'>&amp;amp;<![CDATA[<&lt;]]>0x1</a>`,
    );
    assert.deepEqual([...root.attributes.values()], [`1&#65;<"'AB\n`, '007', 'a  b']);
    assert.deepEqual(root.children, [{ kind: 'text', text: '&amp;<&lt;0x1' }]);
  });

  it('refuses a document type before it reads anything of it', () => {
    const laughs = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
      '\n',
    );
    const bomb = `<?xml version="1.0"?>\n<!DOCTYPE lolz [\n<!ENTITY l0 "lol">\n${laughs}\n]>\n<interface>&l10;</interface>`;
    assert.throws(
      () => parseXml(bomb, { what: 'the template' }),
      refused('xml-doctype', /the template .* line 2/),
    );
    assert.throws(() => parseXml('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), refused('xml-doctype'));
    assert.throws(() => parseXml('<!-- x --><!DOCTYPE a><a/>'), refused('xml-doctype'));
    assert.throws(() => parseXml('<a><!ENTITY b "c"></a>'), refused('xml-doctype'));
    assert.equal(parseXml('<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE]]></a>').name, 'a');
  });

  it('refuses what is not well-formed, with the line', () => {
    const broken: readonly [string, RegExp][] = [
      ['<a>\n<b>\n</a>', /line 3/],
      ["<a x='1' x='2'/>", /line 1/],
      ['<a/><b/>', /2 root/],
      ['', /./],
      ['text', /./],
      ['<a>&foo;</a>', /&foo;/],
      ["<a x='&foo;'/>", /&foo;/],
      ["<a x='a & b'/>", /&amp;/],
      ["<a x='<'/>", /&lt;/],
      ["<a x='&#0;'/>", /./],
      ["<a x='&#xFFFFFF;'/>", /./],
      ['<a><!-- x</a>', /no end/],
      ['<a x=1/>', /./],
    ];
    for (const [xml, pattern] of broken)
      assert.throws(() => parseXml(xml), refused('xml-malformed', pattern), xml);
    assert.throws(() => parseXml('<a>\u0000</a>'), refused('xml-character', /U\+0000/));
    assert.throws(() => parseXml('<a>\ud800</a>'), refused('xml-character', /U\+D800/));
  });

  it('bounds size and depth', () => {
    assert.throws(() => parseXml('<a/>'.padEnd(101), { sizeLimit: 100 }), refused('xml-limit'));
    assert.throws(
      () => parseXml('<a>'.repeat(5000) + '</a>'.repeat(5000)),
      refused('xml-limit', /deeper than 128/),
    );
  });

  it('does not slow down on hostile text', () => {
    const started = performance.now();
    for (const piece of ['<!--', '<![CDATA[', '&', '<a ', "<a x='", '<?'])
      assert.throws(
        () => parseXml(piece.repeat(250_000)),
        (error) => isHotnicError(error),
      );
    assert.ok(performance.now() - started < 5000);
  });

  it('takes names of object properties as names', () => {
    const root = parseXml("<valueOf hasOwnProperty='1'><toString valueOf='2'/></valueOf>");
    assert.equal(attribute(root, 'hasOwnProperty'), '1');
    assert.equal(attribute(childElements(root)[0] ?? null, 'valueOf'), '2');
    for (const name of ['__proto__', 'constructor', 'prototype'])
      assert.throws(() => parseXml(`<a ${name}='1'/>`), refused('xml-malformed'));
  });

  it('lays a tree out without touching text beside elements', () => {
    assert.equal(
      serialize(laidOut(parseXml('<a>\n\n<b><c/>  </b> <!--x--></a>'))),
      '<a>\n  <b>\n    <c/>\n  </b>\n  <!--x-->\n</a>',
    );
    assert.equal(serialize(laidOut(parseXml('<a>t<b/> </a>'))), '<a>t<b/> </a>');
  });

  it('cannot be made to end a comment early', () => {
    const xml = serialize({
      kind: 'element',
      name: 'a',
      attributes: new Map(),
      children: [{ kind: 'comment', text: '--><b/><!---' }],
    });
    assert.deepEqual(
      parseXml(xml).children.map(({ kind }) => kind),
      ['comment'],
    );
  });
});
