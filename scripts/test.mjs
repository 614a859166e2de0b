// npm test: sets up what is missing, then runs everything: unit tests, the real daemons, the lab.
//   node scripts/test.mjs [unit|lab|nested|soak] [MOCHA-ARGUMENTS…]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sideBySide } from './side-by-side.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(top);
const [part = 'all', ...more] = process.argv.slice(2);
const LAB = `test-${process.pid}`;
const TSX = ['--conditions=source', '--import', 'tsx/esm'];

if (process.getuid() !== 0) {
  say(
    'The tests make network and mount namespaces and may install packages for the lab: they go on through sudo.',
  );
  process.exit(run('sudo', ['--preserve-env=PATH,HOME', process.execPath, ...process.argv.slice(1)]));
}
if (run(process.execPath, ['scripts/setup.mjs', 'tests']) !== 0) process.exit(1);

const results = mkdtempSync(join(tmpdir(), 'hotnic-test-'));
const suites = { unit, lab, nested, soak };
const chosen = part === 'all' ? [unit, labs] : [suites[part] ?? usage()];
let failures = 0;
for (const suite of chosen) if ((await suite()) !== 0) failures++;
const total = count();
rmSync(results, { recursive: true });
say(`${total.passes} passed, ${total.failures} failed`);
process.exit(failures > 0 || total.failures > 0 || total.passes === 0 ? 1 : 0);

function unit() {
  const files =
    more.length > 0
      ? more
      : ['test/!(lab|nested|nested-nightly|soak)/**/*.test.ts', 'packages/*/test/**/*.test.ts'];
  const newer = spawnSync(process.execPath, [...TSX, 'scripts/newer-libvirt.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (newer.status !== 0) return newer.status ?? 1;
  const coverage = [
    'node_modules/c8/bin/c8.js',
    '--reporter=text-summary',
    '--reporter=lcov',
    '--include=lib/**',
    '--include=packages/*/src/**',
  ];
  return run(process.execPath, [...coverage, process.execPath, ...mocha('unit', files)], {
    NODE_LIBVIRT_ROOT: newer.stdout.trim(),
  });
}

function lab() {
  return inLabs(more.length > 0 ? [['tests', more]] : labGroups());
}

/** The hypervisor in a guest: one machine for all of test/nested, which goes back to its snapshot between the tests. */
function nested() {
  return inLabs([nestedGroup(more.length > 0 ? more : ['test/nested/**/*.test.ts'])]);
}

/** Everything that takes a lab; the longest first. */
function labs() {
  return inLabs([nestedGroup(['test/nested/**/*.test.ts']), ...labGroups()]);
}

function soak() {
  if (more.length > 0) return inLabs([['soak', more]]);
  const nightly = nestedGroup(['test/nested-nightly/**/*.test.ts']);
  return inLabs([['soak', ['test/soak/**/*.test.ts']], nightly]);
}

function nestedGroup(files) {
  return ['nested', files, ['--hypervisor']];
}

/** Each folder of test/lab with tests in it is a group: it has a lab of its own. */
function labGroups() {
  const withTests = (folder) =>
    readdirSync(folder, { recursive: true }).some((file) => file.endsWith('.test.ts'));
  return readdirSync('test/lab', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && withTests(`test/lab/${entry.name}`))
    .map(({ name }) => [name, [`test/lab/${name}/**/*.test.ts`]]);
}

/** Brings up a lab for each group, runs its tests inside as an operator would inside a hypervisor, and takes it down. */
async function inLabs(groups) {
  const images = run(process.execPath, [...TSX, 'scripts/lab.ts', 'images']);
  if (images !== 0) return images;
  const hotnic = [process.execPath, 'dist/bin/hotnic.js', 'lab'];
  const labOf = (name) => ['--name', `${LAB}-${name}`];
  const down = (name) => [...hotnic, 'down', ...labOf(name), '--quiet'];
  const stop = () => {
    for (const [name] of groups) spawnSync(process.execPath, down(name).slice(1), { stdio: 'inherit' });
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  const jobs = groups.map(([name, files, kind = []]) => ({
    name: `in the lab: ${name}`,
    steps: [
      [...hotnic, 'up', ...labOf(name), ...kind],
      [...hotnic, 'shell', ...labOf(name), '--', process.execPath, ...mocha(name, files)],
    ],
    last: down(name),
  }));
  // The guests are emulated, and wait for most of the time: three labs keep two cores busy.
  const statuses = await sideBySide(jobs, Math.max(3, availableParallelism()));
  return statuses.find((status) => status !== 0) ?? 0;
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
  // A suite that died before its end has left no file: its exit status counts.
  for (const file of readdirSync(results)) {
    const { passes, failures } = JSON.parse(readFileSync(join(results, file), 'utf8'));
    total.passes += passes;
    total.failures += failures;
  }
  return total;
}

function run(file, args, env = {}) {
  return spawnSync(file, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

function usage() {
  say('unit, lab, nested or soak');
  process.exit(2);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
