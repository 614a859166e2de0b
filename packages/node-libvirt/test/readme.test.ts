import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SimulatedDaemon } from '../src/simulator/index.js';
import { q35 } from './support/domain-xml.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const EXPECTED = [
  /^guest running\n$/,
  /^attached as net1\n$/,
  /^net0 is gone\n$/,
  // The simulator knows no command until a test gives it a monitor.
  /CommandNotFound/,
  /^(.*guest is busy.*\n){2}accepted\nstill there: true\n$/,
];

describe('the examples of the README', function () {
  this.timeout(20_000);

  it('run and say what they promise', async () => {
    const readme = await readFile(join(here, '..', 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code ?? '');
    assert.equal(examples.length, EXPECTED.length);
    const sockets = await mkdtemp(join(tmpdir(), 'nlv-'));
    // Beside the tests, so that the package finds itself by its name.
    const folder = await mkdtemp(join(here, '.readme-'));
    await using daemon = new SimulatedDaemon({ domains: [{ xml: q35('guest') }] });
    try {
      await daemon.listen(join(sockets, 'sock'));
      for (const [index, code] of examples.entries()) {
        const file = join(folder, `example-${index}.mts`);
        await writeFile(file, code);
        const uri = `qemu:///system?socket=${join(sockets, 'sock')}`;
        const node = ['--conditions=source', '--import=tsx', file, uri, 'guest'];
        const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: 10_000 });
        assert.match(stdout, EXPECTED[index] ?? /never/);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
      await rm(sockets, { recursive: true, force: true });
    }
  });
});
