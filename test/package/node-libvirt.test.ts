import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = `
import { connect, AffectFlags, type Connection, type LibvirtStream } from 'node-libvirt';
import { SimulatedDaemon } from 'node-libvirt/simulator';
import { parseKnownHosts } from 'node-libvirt/known-hosts';

const daemon = new SimulatedDaemon();
const connection: Connection = await connect('qemu:///system', { stream: daemon.connect() });
const name: string = await connection.getHostname();
const flags: number = AffectFlags.LIVE;
const stream: LibvirtStream | null = null;
// @ts-expect-error a procedure that does not exist
connection.call.bind(connection, 'noSuchProcedure');
console.log(name, flags, stream, parseKnownHosts('', 'f').entries.length);
await connection.close();
await daemon.close();
`;

describe('the package node-libvirt', function () {
  this.timeout(300_000);
  let folder: string;
  const run = (file: string, ...args: string[]): string =>
    execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nlv-pack-'));
    // Built aside: the dist folder of the checkout may be in use.
    const source = join(folder, 'source');
    mkdirSync(source);
    for (const name of ['package.json', 'README.md'])
      cpSync(join('packages/node-libvirt', name), join(source, name));
    const tsc = ['node_modules/typescript/bin/tsc', '-p', 'packages/node-libvirt/tsconfig.build.json'];
    execFileSync(process.execPath, [...tsc, '--outDir', join(source, 'dist')], { stdio: 'pipe' });
    run('npm', 'pack', './source');
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    run('npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball}`);
    writeFileSync(join(folder, 'use.ts'), PROGRAM);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [resolution, module] of [
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ] as const) {
    it(`gives its types under ${resolution}`, () => {
      const options = [
        '--target',
        'es2022',
        '--lib',
        'es2023,esnext.disposable',
        '--strict',
        '--skipLibCheck',
        'false',
      ];
      const types = ['--types', 'node', '--typeRoots', join(process.cwd(), 'node_modules/@types')];
      const how = ['--module', module, '--moduleResolution', resolution, '--outDir', `out-${resolution}`];
      const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
      run(process.execPath, tsc, 'use.ts', ...options, ...types, ...how);
    });
  }

  for (const version of ['20', '22', '24']) {
    it(`runs under Node ${version}, without a compiler and without dependencies`, () => {
      const out = run('npx', '--yes', `node@${version}`, join('out-nodenext', 'use.js'));
      assert.equal(out, 'simulator 1 null 0\n');
      assert.deepEqual(
        readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')),
        ['node-libvirt'],
      );
    });
  }
});
