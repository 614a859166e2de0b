import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CommandSpec, ParsedArgs } from '../../lib/cli/command.js';
import { fastParse } from '../../lib/cli/fast-parse.js';
import { allCommands, chooseCommand } from '../../lib/cli/registry.js';
import { yargsParse } from '../../lib/cli/yargs-parse.js';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';

const specs = await allCommands();
const OPTIONS = { version: '1.2.3', width: 100 };

/** Everything that a command could read of what was typed. */
function valuesOf(spec: CommandSpec, args: ParsedArgs): Record<string, unknown> {
  const names = [...Object.keys(spec.options), ...spec.positionals.map(({ name }) => name)];
  return Object.fromEntries(names.map((name) => [name, [args.text(name), args.flag(name), args.list(name)]]));
}

async function byYargs(spec: CommandSpec, argv: readonly string[]): Promise<Record<string, unknown>> {
  const { chosen } = await yargsParse([...spec.name.split(' '), ...argv], specs, OPTIONS);
  assert.equal(chosen?.spec.name, spec.name);
  return valuesOf(spec, chosen.args);
}

/** What yargs says against a command line. */
async function refusal(argv: readonly string[]): Promise<{ message: string; next: string }> {
  try {
    await yargsParse(argv, specs, OPTIONS);
  } catch (error) {
    assert.ok(isHotnicError(error, 'usage'), String(error));
    assert.equal(error.exitCode, 2);
    return { message: error.message, next: error.details.next ?? '' };
  }
  throw new assert.AssertionError({ message: `${argv.join(' ')} was taken` });
}

const ODD = [
  '-5',
  '--',
  '--live',
  '-q',
  '',
  '0',
  '007',
  '1e3',
  '0x10',
  'true',
  'false',
  'null',
  'a=b',
  '=',
  '-',
  'a b',
  '[1]',
  'ä',
];
const word = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ maxLength: 8 }),
  fc.constantFrom('web1', 'default', '52:54:00:00:00:01'),
);

/** Command lines of one command: most are right, some are not. */
function lines(spec: CommandSpec): fc.Arbitrary<readonly string[]> {
  const options = Object.entries(spec.options).map(([name, { type, alias, choices }]) => {
    const dashed = fc.constantFrom(`--${name}`, ...(alias === undefined ? [] : [`-${alias}`]));
    if (type === 'boolean') return dashed.map((text) => [text]);
    const value = choices ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...choices) }, word) : word;
    return fc
      .tuple(dashed, value, fc.boolean())
      .map(([text, given, joined]) =>
        joined ? [text.startsWith('--') ? `${text}=${given}` : `${text}${given}`] : [text, given],
      );
  });
  const positional = word.map((text) => [text]);
  const parts = options.length === 0 ? [positional] : [fc.oneof(...options), positional];
  return fc.array(fc.oneof(...parts), { maxLength: 6 }).map((all) => all.flat());
}

describe('the fast parser', function () {
  this.timeout(60_000);

  for (const spec of specs)
    it(`reads "hotnic ${spec.name}" as yargs does, or leaves it to yargs`, async () => {
      await fc.assert(
        fc.asyncProperty(lines(spec), async (argv) => {
          const fast = fastParse(spec, argv);
          if (fast) assert.deepEqual(valuesOf(spec, fast), await byYargs(spec, argv));
        }),
        { numRuns: 60 },
      );
    });

  const attach = specs.find(({ name }) => name === 'attach');
  assert.ok(attach);
  const fixed: readonly (readonly string[])[] = [
    ['web1', '--network', 'default'],
    ['--network=default', 'web1', '-q', '-v'],
    ['web1', '--user', '--vlan', '1', '--vlan', '2', '-c', 'qemu:///session'],
    ['web1', '-cqemu:///session', '--mac=52:54:00:12:34:56', '--json'],
    ['web1', '-qv', '--network', 'a=b'],
    ['web1', '-cx', '--user'],
    ['007', '--mtu', '1e3', '--queues', '0x10'],
  ];
  for (const argv of fixed)
    it(`takes "${argv.join(' ')}" without yargs`, async () => {
      const fast = fastParse(attach, argv);
      assert.ok(fast);
      assert.deepEqual(valuesOf(attach, fast), await byYargs(attach, argv));
    });

  const left: readonly (readonly string[])[] = [
    [],
    ['web1', 'extra'],
    ['web1', '--unknown'],
    ['web1', '--link', 'sideways'],
    ['web1', '--network'],
    ['web1', '--network', 'a', '--network', 'b'],
    ['web1', '--live=yes'],
    ['web1', '--', '--network'],
    ['web1', '-c=x'],
    ['web1', '-q', 'true'],
    ['web1', '--help'],
    ['--no-json', 'web1'],
  ];
  for (const argv of left)
    it(`leaves "${argv.join(' ')}" to yargs`, () => {
      assert.equal(fastParse(attach, argv), null);
    });
});

describe('words after --', () => {
  for (const [argv, guest, words] of [
    [
      ['lab', 'ssh', 'lab-q35', '--', 'ip', '-br', 'link', '--json', '--'],
      'lab-q35',
      ['ip', '-br', 'link', '--json', '--'],
    ],
    [
      ['lab', 'shell', '--name', 'x', '--', 'hotnic', 'list', '-c', 'y'],
      undefined,
      ['hotnic', 'list', '-c', 'y'],
    ],
  ] as const)
    it(`"hotnic ${argv.join(' ')}" are the command that is run, by either parser`, async () => {
      const command = await chooseCommand(argv);
      assert.ok(command);
      const fast = fastParse(command.spec, command.rest);
      const { chosen } = await yargsParse(argv, specs, OPTIONS);
      for (const args of [fast, chosen?.args]) {
        assert.equal(args?.text('guest'), guest);
        assert.deepEqual(args?.list('command'), words);
      }
    });
});

describe('a command line that is wrong', () => {
  const rows: readonly [readonly string[], RegExp][] = [
    [['atach', 'web1'], /attach/],
    [['journal'], /which command/],
    [['journal', 'lst'], /list|lst/],
    [['attach', 'web1', '--mac', 'a', '--mac', 'b'], /--mac was given more than once/],
    [['detach', 'web1', '--', 'net1'], /net1|Not enough/],
    [['attach'], /Not enough|domain/],
    [['attach', 'web1', '--netwrk', 'x'], /netwrk/],
    [['attach', 'web1', '--network'], /network/],
    [['attach', 'web1', '--link', 'sideways'], /sideways[^]*up[^]*down/],
    [['detach', 'web1', 'net1', 'extra'], /extra|argument/i],
    [['list', '--guest-channel', 'pigeon'], /pigeon[^]*ssh[^]*none/],
    [[], /which command/],
  ];
  for (const [argv, words] of rows)
    it(`"hotnic ${argv.join(' ')}" is explained, with exit code 2 and what to type instead`, async () => {
      const { message, next } = await refusal(argv);
      assert.match(message, words);
      assert.match(next, /^hotnic .*--help$/);
    });
});

describe('help', () => {
  for (const spec of specs)
    it(`of "hotnic ${spec.name}" shows its options, and its examples can be typed`, async () => {
      const { output, chosen } = await yargsParse([...spec.name.split(' '), '--help'], specs, OPTIONS);
      assert.equal(chosen, null);
      assert.match(output, new RegExp(`hotnic ${spec.name}`));
      for (const name of Object.keys(spec.options)) assert.match(output, new RegExp(`--${name}`));
      assert.ok(spec.examples.length > 0);
      for (const [line] of spec.examples) {
        const argv = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '')).slice(1);
        const command = await chooseCommand(argv);
        // An example may show the next command to type.
        assert.ok(command, line);
        assert.deepEqual(
          fastParse(command.spec, command.rest) === null,
          false,
          `${line} is read without yargs`,
        );
        await yargsParse(argv, specs, OPTIONS);
      }
    });

  it('of hotnic names every command and the exit codes', async () => {
    const { output } = await yargsParse(['--help'], specs, OPTIONS);
    for (const { name } of specs) assert.match(output, new RegExp(name.split(' ').join('[^]*')));
    assert.match(output, /130 interrupted/);
  });

  it('tells the version, and prints a script that completes commands', async () => {
    assert.equal((await yargsParse(['--version'], specs, OPTIONS)).output, '1.2.3');
    const { output } = await yargsParse(['--get-yargs-completions', 'hotnic', 'at'], specs, OPTIONS);
    assert.match(output, /attach/);
  });
});
