// npm test: sets up what is missing, then runs everything: unit tests, the real daemons, the lab.
//   node scripts/test.mjs [unit|lab|soak] [MOCHA-ARGUMENTS…]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(top);
const [part = 'all', ...more] = process.argv.slice(2);
const LAB = `test-${process.pid}`;

if (process.getuid() !== 0) {
  say(
    'The tests make network and mount namespaces and may install packages for the lab: they go on through sudo.',
  );
  process.exit(run('sudo', ['--preserve-env=PATH,HOME', process.execPath, ...process.argv.slice(1)]));
}
if (run(process.execPath, ['scripts/setup.mjs', 'tests']) !== 0) process.exit(1);

const results = mkdtempSync(join(tmpdir(), 'hotnic-test-'));
const suites = { unit: unit, lab: lab, soak: soak };
const chosen = part === 'all' ? [unit, lab] : [suites[part] ?? usage()];
const failures = chosen.map((suite) => suite()).filter((status) => status !== 0).length;
const total = count();
rmSync(results, { recursive: true });
say(`${total.passes} passed, ${total.failures} failed`);
process.exit(failures > 0 || total.failures > 0 || total.passes === 0 ? 1 : 0);

function unit() {
  const files = more.length > 0 ? more : ['test/!(lab|soak)/**/*.test.ts', 'packages/*/test/**/*.test.ts'];
  return run(process.execPath, [
    'node_modules/c8/bin/c8.js',
    '--reporter=text-summary',
    '--reporter=lcov',
    '--include=lib/**',
    '--include=packages/*/src/**',
    process.execPath,
    ...mocha('unit', files),
  ]);
}

function lab() {
  return inLab(more.length > 0 ? more : ['test/lab/**/*.test.ts'], 'lab');
}

function soak() {
  return inLab(more.length > 0 ? more : ['test/soak/**/*.test.ts'], 'soak');
}

/** Brings a lab up, runs the tests inside it as an operator would be inside a hypervisor, and takes it down. */
function inLab(files, name) {
  const hotnic = 'dist/bin/hotnic.js';
  const down = () => run(process.execPath, [hotnic, 'lab', 'down', '--name', LAB, '--quiet']);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (down(), process.exit(130)));
  try {
    const images = run(process.execPath, [
      '--conditions=source',
      '--import',
      'tsx/esm',
      'scripts/lab.ts',
      'images',
    ]);
    if (images !== 0) return images;
    const up = run(process.execPath, [hotnic, 'lab', 'up', '--name', LAB]);
    if (up !== 0) return up;
    return run(process.execPath, [
      hotnic,
      'lab',
      'shell',
      '--name',
      LAB,
      '--',
      process.execPath,
      ...mocha(name, files),
    ]);
  } finally {
    if (down() !== 0) process.exitCode = 1;
  }
}

function mocha(name, files) {
  const reporter = [
    '--reporter',
    'scripts/reporter.cjs',
    '--reporter-option',
    `output=${join(results, `${name}.json`)}`,
  ];
  return ['node_modules/mocha/bin/mocha.js', ...reporter, ...files];
}

function count() {
  const total = { passes: 0, failures: 0 };
  for (const name of ['unit', 'lab', 'soak']) {
    try {
      const { passes, failures } = JSON.parse(readFileSync(join(results, `${name}.json`), 'utf8'));
      total.passes += passes;
      total.failures += failures;
    } catch {
      // That suite did not run, or died before its end: its exit status counts.
    }
  }
  return total;
}

function run(file, args) {
  return spawnSync(file, args, { stdio: 'inherit' }).status ?? 1;
}

function usage() {
  say('unit, lab or soak');
  process.exit(2);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
