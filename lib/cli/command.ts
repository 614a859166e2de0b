import type { ExitCode } from '../errors/hotnic-error.js';
import type { CliContext } from './context.js';

/** An option of the command line. Values are read as text; the command checks them and says what to type instead. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly describe: string;
  /** One letter. */
  readonly alias?: string;
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** What stands for the value in the help: `MAC`. */
  readonly placeholder?: string;
}

export interface PositionalSpec {
  readonly name: string;
  readonly describe: string;
  readonly required?: boolean;
  /** Takes all that is left; only the last one may. */
  readonly multiple?: boolean;
}

/** What was typed, by the specs' names. */
export interface ParsedArgs {
  /** The value of a text option or single positional; undefined when it was not given. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
  list(name: string): readonly string[];
}

/** One command: what it takes, as data, and what it does. */
export interface CommandSpec {
  /** The words that choose it: "attach", "journal list". */
  readonly name: string;
  readonly describe: string;
  readonly positionals: readonly PositionalSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Command lines that work, each with what it does. */
  readonly examples: readonly (readonly [string, string])[];
  run(args: ParsedArgs, context: CliContext): Promise<ExitCode>;
}

/** What stands before a `--`, and what after it; `tail` is null without one. */
export function splitTail(argv: readonly string[]): {
  readonly head: readonly string[];
  readonly tail: readonly string[] | null;
} {
  const end = argv.indexOf('--');
  return end < 0 ? { head: argv, tail: null } : { head: argv.slice(0, end), tail: argv.slice(end + 1) };
}

/** True when words after a `--` have a place: the command's last positional takes all that is left. */
export function takesTail({ positionals }: CommandSpec): boolean {
  return positionals.at(-1)?.multiple === true;
}

/** Makes the view of parsed values; `values` holds strings, booleans and arrays of strings by name. */
export function parsedArgs(values: Readonly<Record<string, unknown>>): ParsedArgs {
  return {
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    flag: (name) => values[name] === true,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
    },
  };
}
