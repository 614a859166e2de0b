import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { domainXml, MAC_A, MAC_B, userNic } from '../operations/domains.js';
import { openWorld } from '../operations/world.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** The examples of docs/library.md in order, with state in `folder` and hotnic's sources instead of its package. */
async function examples(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, 'docs/library.md'), 'utf8');
  return [...text.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code = '']) =>
    code
      .replaceAll("from 'hotnic'", `from ${JSON.stringify(join(ROOT, 'lib/index.ts'))}`)
      .replaceAll(/\/tmp\/my-tool|\/var\/lib\/hotnic/g, folder),
  );
}

describe('docs/library.md', function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'hotnic-docs-'))));
  after(() => rm(folder, { recursive: true }));

  async function runExample(number: number, ...words: readonly string[]): Promise<string> {
    const file = join(folder, `example-${number}.mts`);
    await writeFile(file, (await examples(folder))[number] ?? assert.fail(`there is no example ${number}`));
    const argv = ['--conditions=source', '--import', 'tsx/esm', file, ...words];
    return (await run(process.execPath, argv, { cwd: ROOT, timeout: 30_000 })).stdout;
  }

  it('has an example that finds ghosts and cures them when it is told to', async () => {
    const nics = [userNic(MAC_A, 1), userNic(MAC_B, 2)];
    await using world = await openWorld({
      domains: [{ xml: domainXml({ nics: nics.slice(0, 1) }), liveXml: domainXml({ nics }) }],
    });
    assert.match(await runExample(1, world.uri), /^web1 live-only [^]*\nplanned keep net1/);
    assert.match(await runExample(1, world.uri, 'apply'), /\ndone keep net1/);
    assert.equal(await runExample(1, world.uri), '');
  });

  it('has examples of its pieces, and each runs by itself', async () => {
    assert.match(await runExample(2), /<interface type='bridge'>/);
    assert.doesNotMatch(await runExample(3), /half done/);
    assert.match(await runExample(4), /^no-slot /);
    assert.match(await runExample(5), /^ssh-target /);
    assert.equal((await examples(folder)).length, 6, 'the first one needs a guest');
  });
});
