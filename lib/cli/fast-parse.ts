import { parseArgs } from 'node:util';
import { parsedArgs, splitTail, takesTail, type CommandSpec, type ParsedArgs } from './command.js';

/**
 * Reads a well-formed command line without yargs, which costs more than the rest of a `hotnic list` together
 * (docs/performance.md). Null for anything that is not plainly right, help and completion included: yargs takes those
 * and explains. Whatever this accepts, yargs reads the same way; a test holds the two against each other.
 */
export function fastParse(spec: CommandSpec, argv: readonly string[]): ParsedArgs | null {
  const { head, tail } = splitTail(argv);
  if (head.some((word) => LEFT_TO_YARGS.has(word)) || (tail !== null && !takesTail(spec))) return null;
  try {
    const options = Object.fromEntries(
      Object.entries(spec.options).map(([name, option]) => [
        name,
        {
          type: option.type,
          multiple: option.multiple ?? false,
          ...(option.alias === undefined ? {} : { short: option.alias }),
        },
      ]),
    );
    const { values, positionals, tokens } = parseArgs({
      args: [...head],
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
    // `-c=URI` and `-c-q`: node and yargs read these differently.
    if (tokens.some((token) => token.kind === 'option' && /^-\w[=-]/.test(argvWord(head, token.index))))
      return null;
    if (tokens.some((token) => token.kind === 'option' && token.value === '')) return null;
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const repeated = given.some(
      (name, index) => !spec.options[name]?.multiple && given.indexOf(name) !== index,
    );
    if (repeated || !choicesHold(spec, values)) return null;
    const placed = placePositionals(spec, positionals, tail ?? []);
    return placed && parsedArgs({ ...values, ...placed });
  } catch {
    return null;
  }
}

// yargs takes "true" and "false" for the value of a flag before them, and "-" for an empty word.
const LEFT_TO_YARGS: ReadonlySet<string> = new Set(['', '-', 'true', 'false', '--help', '-h']);

function argvWord(argv: readonly string[], index: number): string {
  return argv[index] ?? '';
}

function choicesHold(spec: CommandSpec, values: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(spec.options).every(([name, { choices }]) => {
    const value = values[name];
    if (!choices || value === undefined) return true;
    return (Array.isArray(value) ? value : [value]).every(
      (one) => typeof one === 'string' && choices.includes(one),
    );
  });
}

function placePositionals(
  spec: CommandSpec,
  given: readonly string[],
  tail: readonly string[],
): Record<string, unknown> | null {
  const placed: Record<string, unknown> = {};
  let next = 0;
  for (const positional of spec.positionals) {
    if (positional.multiple) {
      placed[positional.name] = [...given.slice(next), ...tail];
      next = given.length;
    } else if (next < given.length) placed[positional.name] = given[next++];
    else if (positional.required) return null;
  }
  return next === given.length ? placed : null;
}
