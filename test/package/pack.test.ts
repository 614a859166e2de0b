import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

describe('the packed tarball', function () {
  this.timeout(180_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const npm = (...words: string[]) =>
    execFileSync('npm', words, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hotnic-pack-'));
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { stdio: 'pipe' });
    // A path with node and a shell, and neither compiler nor make: nothing can be built on the way.
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const name of ['sh', 'env', 'uname']) symlinkSync(`/usr/bin/${name}`, join(bin, name));
    symlinkSync(process.execPath, join(bin, 'node'));
    symlinkSync(join(dirname(process.execPath), 'npm'), join(bin, 'npm'));
    env = { ...process.env, PATH: bin, CC: undefined, CXX: undefined };
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    npm(
      'install',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `./${readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''}`,
    );
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('installs without a compiler and gives a working command', () => {
    for (const name of ['cc', 'gcc', 'g++', 'make'])
      assert.equal(existsSync(join(folder, 'bin', name)), false);
    const hotnic = (...words: string[]) =>
      execFileSync(join(folder, 'node_modules/.bin/hotnic'), words, { cwd: folder, env, encoding: 'utf8' });
    assert.match(hotnic('--version'), /^\d+\.\d+\.\d+\n$/);
    assert.match(hotnic('--help'), /hotnic attach <domain>/);
    assert.match(hotnic('attach', '--help'), /--wait-ip/);
  });

  it('can be used as a library, templates, SSH and schema validation included', () => {
    const script = `
      import { renderInterface, checkInterfaceSpec, parseMac } from 'hotnic';
      await import('ssh2');
      await import('libxml2-wasm');
      const { xml } = await renderInterface(checkInterfaceSpec({ type: 'network', network: 'default', mac: '52:54:00:00:00:01' }));
      console.log(xml.includes("network='default'"), parseMac('nonsense'));
    `;
    writeFileSync(join(folder, 'use.js'), script);
    assert.equal(
      execFileSync(process.execPath, ['use.js'], { cwd: folder, env, encoding: 'utf8' }).trim(),
      'true null',
    );
  });
});
