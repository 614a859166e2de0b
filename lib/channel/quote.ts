import { HotnicError } from '../errors/hotnic-error.js';

/**
 * Quotes an argument vector for a POSIX shell: the one place where a shell string is ever made from data. The shell
 * that reads it gets exactly these words back, whatever bytes are in them. Words that need no quoting stay readable,
 * so that the result can also be shown to a person.
 * @throws HotnicError `argument-invalid` for an empty vector or a word with a NUL, which no process can be given.
 */
export function quoteArgv(argv: readonly string[]): string {
  checkArgv(argv);
  return argv.map((word, index) => (isPlain(word, index === 0) ? word : quoteWord(word))).join(' ');
}

/** Refuses what no process can be started with: no command, or a NUL in a word. Throws `argument-invalid`. */
export function checkArgv(argv: readonly string[]): void {
  if (argv.length === 0 || argv[0] === '') {
    throw new HotnicError('argument-invalid', 'a command needs a name');
  }
  const bad = argv.find((word) => word.includes('\0'));
  if (bad !== undefined) {
    throw new HotnicError(
      'argument-invalid',
      `a command's argument must not contain a NUL: ${JSON.stringify(bad.slice(0, 80))}`,
    );
  }
}

// POSIX.1-2017, Shell Command Language 2.2: none of these characters means anything to the shell.
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;
const PLAIN_ARGUMENT = /^[A-Za-z0-9_@%+=:,./-]+$/;
// 2.4 Reserved Words, and those of common shells; as the first word they would start a compound command.
const RESERVED = new Set(
  'case coproc do done elif else esac fi for function if in select then time until while'.split(' '),
);

function isPlain(word: string, first: boolean): boolean {
  return first ? PLAIN.test(word) && !RESERVED.has(word) : PLAIN_ARGUMENT.test(word);
}

function quoteWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
