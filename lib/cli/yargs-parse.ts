import yargs, { type Argv, type Options } from 'yargs';
import { EXIT, usageError } from '../errors/hotnic-error.js';
import { parsedArgs, splitTail, takesTail, type CommandSpec, type ParsedArgs } from './command.js';

export interface YargsOutcome {
  /** The command and its arguments; null when yargs itself had the answer (help, version, completion). */
  readonly chosen: { readonly spec: CommandSpec; readonly args: ParsedArgs } | null;
  /** What yargs wants printed. */
  readonly output: string;
}

/**
 * Parses with yargs: the whole grammar, help and completion. Errors come back as HotnicError `usage`.
 * @param width columns of the terminal, for the help
 */
export async function yargsParse(
  argv: readonly string[],
  specs: readonly CommandSpec[],
  options: { readonly version: string; readonly width: number },
): Promise<YargsOutcome> {
  const found: { chosen: YargsOutcome['chosen']; problem: string | null; output: string } = {
    chosen: null,
    problem: null,
    output: '',
  };
  const { head, tail } = splitTail(argv);
  const parser = build(specs, options, (spec, values) => {
    found.problem ??= repeatedOption(spec, values);
    if (tail !== null && !takesTail(spec)) found.problem ??= 'nothing may follow --';
    found.chosen = { spec, args: parsedArgs(withTail(spec, values, tail ?? [])) };
  });
  parser.fail((message: string | null, error: Error | undefined) => {
    found.problem ??= message ?? error?.message ?? 'the command line cannot be read';
  });
  await parser.parseAsync(splitShort(head, specs), {}, (_error: unknown, _argv: unknown, text: string) => {
    found.output = text;
  });
  if (found.problem !== null)
    throw usageError(
      'usage',
      found.problem,
      specs.some(({ name }) => name.split(' ')[0] === argv[0])
        ? `hotnic ${argv[0] ?? ''} --help`
        : 'hotnic --help',
    );
  return { chosen: found.chosen, output: found.output };
}

/** `-cURI`, which yargs would read as the flags c, U, R and I, as `-c URI`; `-c=URI` it reads itself. */
function splitShort(argv: readonly string[], specs: readonly CommandSpec[]): string[] {
  const options = specs.flatMap((spec) => Object.values(spec.options));
  const letters = new Set(options.flatMap(({ type, alias }) => (type === 'string' ? (alias ?? []) : [])));
  return argv.flatMap((word) =>
    /^-[a-z][^=]/i.test(word) && letters.has(word.charAt(1)) ? [word.slice(0, 2), word.slice(2)] : [word],
  );
}

/** yargs keeps words after a `--` from the positionals; they go to the one that takes all that is left. */
function withTail(
  spec: CommandSpec,
  values: Record<string, unknown>,
  tail: readonly string[],
): Record<string, unknown> {
  const last = spec.positionals.at(-1);
  if (!last || !takesTail(spec)) return values;
  const before = values[last.name];
  return { ...values, [last.name]: [...(Array.isArray(before) ? (before as unknown[]) : []), ...tail] };
}

function repeatedOption(spec: CommandSpec, values: Record<string, unknown>): string | null {
  const name = Object.keys(spec.options).find(
    (option) => !spec.options[option]?.multiple && Array.isArray(values[option]),
  );
  return name === undefined ? null : `--${name} was given more than once`;
}

function build(
  specs: readonly CommandSpec[],
  { version, width }: { version: string; width: number },
  choose: (spec: CommandSpec, values: Record<string, unknown>) => void,
): Argv {
  const parser = yargs()
    .scriptName('hotnic')
    .usage(
      '$0 COMMAND …\n\nPuts network interfaces into running libvirt guests, takes them out, and proves both at both ends.',
    )
    .version(version)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .wrap(width)
    .strict()
    .recommendCommands()
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
      'boolean-negation': false,
      'camel-case-expansion': false,
      'greedy-arrays': false,
    })
    .completion('completion', 'print the script that completes hotnic in bash or zsh')
    .demandCommand(1, 'which command? `hotnic --help` lists them')
    .epilogue(
      `exit codes: ${Object.entries(EXIT)
        .map(([word, code]) => `${code} ${word}`)
        .join(', ')}; docs/cli.md explains them`,
    );
  for (const spec of specs.filter(({ name }) => !name.includes(' ')))
    addCommand(parser, spec.name, spec, choose);
  const groups = new Set(specs.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])));
  for (const group of groups) {
    const members = specs.filter(({ name }) => name.startsWith(`${group} `));
    parser.command(group, members.map(({ name }) => name.slice(group.length + 1)).join(', '), (inner) => {
      for (const spec of members) addCommand(inner, spec.name.slice(group.length + 1), spec, choose);
      return inner.demandCommand(1, `hotnic ${group}: which command?`).strict();
    });
  }
  return parser;
}

function addCommand(
  parser: Argv,
  word: string,
  spec: CommandSpec,
  choose: (spec: CommandSpec, values: Record<string, unknown>) => void,
): void {
  const places = spec.positionals.map(({ name, required, multiple }) => {
    const inner = multiple ? `${name}..` : name;
    return required ? `<${inner}>` : `[${inner}]`;
  });
  parser.command(
    [word, ...places].join(' '),
    spec.describe,
    (inner) => {
      for (const { name, describe } of spec.positionals) inner.positional(name, { describe, type: 'string' });
      for (const [name, option] of Object.entries(spec.options)) inner.option(name, yargsOption(option));
      for (const [line, what] of spec.examples) inner.example(line, what);
      return inner;
    },
    (values) => {
      choose(spec, values);
    },
  );
}

function yargsOption(option: OptionSpecOf): Options {
  return {
    describe: option.describe,
    type: option.type,
    ...(option.type === 'string' ? { requiresArg: true } : {}),
    ...(option.alias === undefined ? {} : { alias: option.alias }),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
    ...(option.multiple ? { array: true } : {}),
  };
}

type OptionSpecOf = CommandSpec['options'][string];
