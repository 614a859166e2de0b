import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { INTERFACE_TYPES } from '../../lib/xml/interface-spec.js';
import { renderInterface } from '../../lib/xml/template.js';
import { LIBVIRT_SCHEMAS, validateInterface } from '../../lib/xml/validate.js';
import { FULL, MINIMAL } from './specs.js';

const NO_SCHEMA = { schemaDir: '/nonexistent' };

describe('validating against libvirt’s schema', () => {
  for (const type of INTERFACE_TYPES)
    it(`finds every shipped template of type ${type} valid, least and full`, async () => {
      for (const spec of [MINIMAL[type], FULL[type]]) {
        const { xml } = await renderInterface(spec);
        const result = await validateInterface(xml);
        assert.deepEqual(
          result,
          { by: 'schema', schema: `${LIBVIRT_SCHEMAS}/domaincommon.rng`, problems: [] },
          xml,
        );
        assert.deepEqual((await validateInterface(xml, NO_SCHEMA)).problems, [], xml);
      }
    });

  it('tells what is wrong', async () => {
    const { by, problems } = await validateInterface(
      "<interface type='bridge'><source bridge='br0'/><mtu size='big'/></interface>",
    );
    assert.equal(by, 'schema');
    assert.match(problems.join('\n'), /interface|mtu/);
  });

  it('takes a hostdev', async () => {
    const hostdev = (bus: string) =>
      `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='${bus}' slot='0x10' function='0x1'/></source></hostdev>`;
    assert.deepEqual((await validateInterface(hostdev('0x81'))).problems, []);
    assert.notDeepEqual((await validateInterface(hostdev('0x1000'))).problems, []);
  });

  it('reads the schema through the function that it is given', async () => {
    const paths: string[] = [];
    const result = await validateInterface("<interface type='user'/>", {
      schemaDir: '/remote',
      readFile: (path) => {
        paths.push(path);
        return readFile(path.replace('/remote', LIBVIRT_SCHEMAS));
      },
    });
    assert.deepEqual(result, { by: 'schema', schema: '/remote/domaincommon.rng', problems: [] });
    assert.ok(paths.length > 1 && paths.every((path) => /^\/remote\/[\w-]+\.rng$/.test(path)));
  });

  it('validates several at a time', async () => {
    const all = await Promise.all(
      ['up', 'sideways', 'down'].map((state) =>
        validateInterface(`<interface type='user'><link state='${state}'/></interface>`),
      ),
    );
    assert.deepEqual(
      all.map(({ by, problems }) => [by, problems.length > 0]),
      [
        ['schema', false],
        ['schema', true],
        ['schema', false],
      ],
    );
  });
});

describe('validating without a schema', () => {
  it('says so, and why', async () => {
    const result = await validateInterface("<interface type='user'/>", NO_SCHEMA);
    assert.equal(result.by, 'structure');
    assert.match(result.why ?? '', /ENOENT/);
  });

  it('does not trust a schema that does not compile', async () => {
    const readBroken = () => Promise.resolve(Buffer.from('<grammar'));
    assert.equal(
      (await validateInterface("<interface type='user'/>", { readFile: readBroken })).by,
      'structure',
    );
    let files = 0;
    const endless = () => Promise.resolve(Buffer.from(`<include href="f${(files += 1)}.rng"/>`));
    const { by, why } = await validateInterface("<interface type='user'/>", { readFile: endless });
    assert.equal(by, 'structure');
    assert.match(why ?? '', /more than 40 files/);
    assert.equal(files, 40);
  });

  it('finds what is plainly wrong', async () => {
    const bad: readonly [string, RegExp][] = [
      ["<interface type='bridge'/>", /needs the attribute bridge/],
      ["<interface type='warp'/>", /warp/],
      ['<interface/>', /null/],
      ["<interface type='hostdev'><source/></interface>", /PCI <address>/],
      ["<interface type='user'><frobnicate/></interface>", /frobnicate/],
      ["<interface type='user'><mtu size='1'/><mtu size='2'/></interface>", /more than once/],
      ["<interface type='user'><mac address='01:00:5e:00:00:01'/></interface>", /unicast/],
      ["<interface type='user'><mtu size='70000'/></interface>", /65535/],
      ["<interface type='user'><vlan/></interface>", /<tag>/],
      ["<interface type='user'><link state='x'/></interface>", /neither up nor down/],
      ['<hostdev/>', /type pci/],
      ['<disk/>', /neither/],
    ];
    for (const [xml, problem] of bad)
      assert.match((await validateInterface(xml, NO_SCHEMA)).problems.join('\n'), problem, xml);
  });

  it('throws on XML that cannot be read at all', async () => {
    await assert.rejects(validateInterface('<interface>'), (error) => isHotnicError(error, 'xml-malformed'));
  });
});
