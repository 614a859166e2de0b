import { parseArgs } from 'node:util';
import { parsedArgs, type CommandSpec, type ParsedArgs } from './command.js';

/**
 * Reads a well-formed command line without yargs, which costs more than the rest of a `hotnic list` together
 * (docs/performance.md). Null for anything that is not plainly right, help and completion included: yargs takes those
 * and explains. Whatever this accepts, yargs reads the same way; a test holds the two against each other.
 */
export function fastParse(spec: CommandSpec, argv: readonly string[]): ParsedArgs | null {
  if (argv.some((word) => word === '--' || word === '' || word === '--help' || word === '-h')) return null;
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
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
    // `-c=URI`: node reads the value as "=URI", yargs as "URI".
    if (
      tokens.some(
        (token) =>
          token.kind === 'option' &&
          /^-\w$/.test(token.rawName) &&
          token.inlineValue &&
          token.value.startsWith('='),
      )
    )
      return null;
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const repeated = given.some(
      (name, index) => !spec.options[name]?.multiple && given.indexOf(name) !== index,
    );
    if (repeated || !choicesHold(spec, values)) return null;
    const placed = placePositionals(spec, positionals);
    return placed && parsedArgs({ ...values, ...placed });
  } catch {
    return null;
  }
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

function placePositionals(spec: CommandSpec, given: readonly string[]): Record<string, unknown> | null {
  const placed: Record<string, unknown> = {};
  let next = 0;
  for (const positional of spec.positionals) {
    if (positional.multiple) {
      placed[positional.name] = given.slice(next);
      next = given.length;
    } else if (next < given.length) placed[positional.name] = given[next++];
    else if (positional.required) return null;
  }
  return next === given.length ? placed : null;
}
