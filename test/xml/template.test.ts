import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import { isXmlCharacter } from '../../lib/xml/characters.js';
import { INTERFACE_TYPES, type InterfaceSpec } from '../../lib/xml/interface-spec.js';
import { parseXml } from '../../lib/xml/parse.js';
import { serialize } from '../../lib/xml/serialize.js';
import { fillTemplate, placeholderNames, renderInterface, templateFolder } from '../../lib/xml/template.js';
import { attribute, childElements, find, type XmlElement } from '../../lib/xml/tree.js';
import { FULL, MINIMAL } from './specs.js';

const filled = (template: string, spec: InterfaceSpec) =>
  serialize(fillTemplate(template, spec)).replace(/\n\s*/g, '');

function shape(of: XmlElement): unknown {
  return [of.name, [...of.attributes.keys()], childElements(of).map(shape)];
}

const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof HotnicError && error.code === code && error.exitCode === 2 && message.test(error.message);

describe('a template', () => {
  const bridge = MINIMAL.bridge;

  it('drops what is unset: attributes, and elements with nothing set in or below them', () => {
    const template = `<interface type='bridge'><!-- gone --><source bridge='{bridge}' x='{mode}'/><mtu size='{mtu}'/>
      <a lit='1'><b c='{mac}'/></a><keep this='1'><too/></keep><text>{alias}</text></interface>`;
    assert.equal(
      filled(template, bridge),
      "<interface type='bridge'><source bridge='br0'/><keep this='1'><too/></keep></interface>",
    );
    assert.equal(
      filled(template, { ...bridge, alias: 'ua-1', ...pick('mac'), mtu: 1500, mode: 'vepa' }),
      "<interface type='bridge'><source bridge='br0' x='vepa'/><mtu size='1500'/><a lit='1'><b c='52:54:00:12:34:56'/></a><keep this='1'><too/></keep><text>ua-1</text></interface>",
    );
  });

  it('repeats an element of a list', () => {
    const template = `<interface type='bridge'><source bridge='{bridge}'/><vlan trunk='{vlan-trunk}'><tag id='{vlan-id}' nativeMode='{vlan-native-mode}'/></vlan></interface>`;
    assert.equal(
      filled(template, {
        ...bridge,
        vlan: { trunk: true, tags: [{ id: 1, nativeMode: 'tagged' }, { id: 2 }] },
      }),
      "<interface type='bridge'><source bridge='br0'/><vlan trunk='yes'><tag id='1' nativeMode='tagged'/><tag id='2'/></vlan></interface>",
    );
    assert.equal(filled(template, bridge), "<interface type='bridge'><source bridge='br0'/></interface>");
  });

  it('may be a hostdev', () => {
    const template = `<hostdev mode='subsystem' type='pci' managed='{managed}'><source><address domain='{hostdev-domain}' bus='{hostdev-bus}' slot='{hostdev-slot}' function='{hostdev-function}'/></source></hostdev>`;
    assert.equal(
      filled(template, MINIMAL.hostdev),
      "<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x81' slot='0x10' function='0x1'/></source></hostdev>",
    );
  });

  it('is refused with the reason, and the line where there is one', () => {
    const bad: readonly [string, string, RegExp][] = [
      [
        "<interface type='bridge'>\n<mac address='{mca}'/></interface>",
        'template-placeholder',
        /\{mca\} in line 2/,
      ],
      [
        "<interface type='bridge'>\n\n<alias name='ua-{mac}'/></interface>",
        'template-placeholder',
        /\{mac\} inside .* line 3/,
      ],
      ["<interface type='bridge'>\n<mac>\n</interface>", 'template-malformed', /line 3/],
      ["<!DOCTYPE x [<!ENTITY a 'b'>]><interface type='bridge'/>", 'template-malformed', /document type/],
      ["<domain type='kvm'/>", 'template-unfit', /<domain>/],
      ["<interface type='network'/>", 'template-unfit', /type network/],
      ["<interface type='{bridge}'/>", 'template-unfit', /type/],
      ["<interface type='bridge'/>", 'template-unfit', /no place for bridge/],
      [`<interface type='bridge'>${' '.repeat(70_000)}</interface>`, 'template-malformed', /65536/],
    ];
    for (const [template, code, message] of bad)
      assert.throws(() => fillTemplate(template, bridge), refused(code, message), template);
  });

  it('can never be given another structure by a value', () => {
    const any = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(...['<', '>', '&', "'", '"', '/', '{', '}', '\t', '\n', '\r', ' ']),
          fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        ),
        minLength: 1,
      })
      .filter((text) => Array.from(text).every((one) => isXmlCharacter(one.codePointAt(0) ?? 0)));
    const template = `<interface type='network'><source network='{network}' portgroup='{portgroup}'/><target dev='{target}'/>
      <filterref filter='{filter}'><parameter name='{filter-parameter}' value='{filter-value}'/></filterref><note>{model}</note></interface>`;
    const expected = shape(parseXml(template));
    fc.assert(
      fc.property(any, any, any, any, any, (network, target, value, portgroup, model) => {
        const spec = {
          type: 'network' as const,
          network,
          portgroup,
          target,
          model,
          filter: { name: target, parameters: [{ name: value, value }] },
        };
        const root = parseXml(serialize(fillTemplate(template, spec)));
        assert.deepEqual(shape(root), expected);
        assert.deepEqual(Object.fromEntries(find(root, 'source')?.attributes ?? []), { network, portgroup });
        assert.equal(attribute(find(root, 'target'), 'dev'), target);
        assert.equal(attribute(find(root, 'filterref', 'parameter'), 'value'), value);
        if (model.trim() !== '')
          assert.deepEqual(find(root, 'note')?.children, [{ kind: 'text', text: model }]);
      }),
    );
  });

  it('refuses a value that XML cannot carry', () => {
    const template = "<interface type='bridge'><source bridge='{bridge}'/></interface>";
    assert.throws(() => serialize(fillTemplate(template, { type: 'bridge', bridge: 'a\u0000' })), /U\+0000/);
  });
});

describe('the shipped templates', () => {
  it('are found beside package.json, wherever the module runs from', async () => {
    const files = (await readdir(templateFolder())).filter((file) => file.endsWith('.xml'));
    // One for each type, and hostdev.xml for a whole function.
    assert.equal(files.length, INTERFACE_TYPES.length + 1);
    assert.equal(templateFolder(join(templateFolder(), '../dist/lib/xml')), templateFolder());
    assert.equal(templateFolder(join(templateFolder(), '../dist/bin')), templateFolder());
    assert.throws(
      () => templateFolder('/'),
      (error) => error instanceof HotnicError && error.code === 'template-missing',
    );
  });

  for (const type of INTERFACE_TYPES)
    it(`have a place for everything that type ${type} can be asked for`, async () => {
      const { xml, element } = await renderInterface(FULL[type]);
      assert.deepEqual(parseXml(xml), element);
      const least = await renderInterface(MINIMAL[type]);
      assert.ok(childElements(least.element).length <= 1, least.xml);
    });

  it('are described in the README, every placeholder of them', async () => {
    const readme = await readFile(join(templateFolder(), 'README.md'), 'utf8');
    for (const name of placeholderNames()) assert.ok(readme.includes(`\`${name}\``), name);
  });
});

describe('a template of the user’s own', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hotnic-template-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('is used instead', async () => {
    const template = join(folder, 'own.xml');
    await writeFile(
      template,
      '<interface type="bridge"><source bridge="{bridge}"/><model type="e1000"/></interface>',
    );
    const { xml } = await renderInterface(MINIMAL.bridge, { template });
    assert.equal(
      xml,
      "<interface type='bridge'>\n  <source bridge='br0'/>\n  <model type='e1000'/>\n</interface>\n",
    );
  });

  it('is refused when it is missing, no file, endless, or not text', async () => {
    const binary = join(folder, 'binary.xml');
    const fifo = join(folder, 'fifo');
    await writeFile(binary, Buffer.from([0x3c, 0xff, 0xfe]));
    execFileSync('mkfifo', [fifo]);
    for (const template of [join(folder, 'none.xml'), folder, '/dev/zero', binary, fifo])
      await assert.rejects(
        renderInterface(MINIMAL.bridge, { template }),
        refused('template-missing', /cannot be read/),
        template,
      );
  });
});

function pick(name: 'mac'): Pick<InterfaceSpec, 'mac'> {
  return { [name]: FULL.bridge[name] };
}
