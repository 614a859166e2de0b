import { randomBytes } from 'node:crypto';
import { HotnicError } from '../../errors/hotnic-error.js';
import { quoteArgv } from '../quote.js';

/** A process over there: its number, and its start time, which tells it from a later one with the same number. */
export interface RemoteProcess {
  readonly pid: number;
  /** Clock ticks since boot (field 22 of /proc/PID/stat), or "" where /proc could not be read. */
  readonly started: string;
}

/** A command line for the far side's login shell, and the mark by which it reports. */
export interface RemoteCommand {
  readonly line: string;
  readonly mark: string;
}

// sshd hands the line to the login shell as one argument; Linux takes 128 KiB for one (MAX_ARG_STRLEN).
const LINE_LIMIT = 128 * 1024 - 1;

/**
 * Says who it is on stdout, then becomes the command, so that the process number reported is the command's own and
 * that of its process group: OpenSSH starts every session with setsid, dropbear does not. What the login shell's start files print, on
 * either stream, comes before the mark and is dropped. System folders are added to PATH because sshd's default for ordinary users has no sbin, and the
 * C locale because the words of commands are read by programs here.
 */
const START = `
LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL PATH
mark=$1
shift
if ! command -v "$1" >/dev/null 2>&1; then
  echo "$mark missing"
  exit 127
fi
stat=
if [ -r "/proc/$$/stat" ]; then read -r stat <"/proc/$$/stat"; fi
stat=\${stat##*) }
group=\${stat#* * }
group=\${group%% *}
echo "$mark" >&2
echo "$mark $$ $stat"
if [ -n "$group" ] && [ "$group" != $$ ] && command -v setsid >/dev/null 2>&1; then
  set -- setsid "$@"
fi
unset mark stat group
exec "$@"
`;

/** Kills process groups: pairs of number and start time. A number that has been given to another process is spared. */
const KILL = `
while [ $# -ge 2 ]; do
  now=
  if [ -n "$2" ] && [ -r "/proc/$1/stat" ]; then
    read -r stat <"/proc/$1/stat"
    now=$(set -f; set -- \${stat##*) }; shift 19; echo "$1")
  fi
  if [ -z "$now" ] || [ "$now" = "$2" ]; then
    kill -s KILL -- "-$1" 2>/dev/null || kill -s KILL "$1" 2>/dev/null
  fi
  shift 2
done
:
`;

/** The line that runs `argv` over there. Throws `command-too-long`, `argument-invalid`. */
export function remoteCommand(argv: readonly string[], become: 'sudo' | undefined): RemoteCommand {
  const mark = `hotnic-${randomBytes(8).toString('hex')}`;
  const full = become === undefined ? argv : ['sudo', '-n', '--', ...argv];
  const line = quoteArgv(['exec', 'sh', '-c', START, 'sh', mark, ...full]);
  if (Buffer.byteLength(line) > LINE_LIMIT) {
    throw new HotnicError('command-too-long', 'the command is longer than a remote shell takes (128 KiB)', {
      next: 'hand the data over as its input',
    });
  }
  return { line, mark };
}

/** The line that kills what is left of these processes and of what they started. */
export function killLine(processes: readonly RemoteProcess[], become: 'sudo' | undefined): string {
  const pairs = processes.flatMap(({ pid, started }) => [String(pid), started]);
  const kill = ['sh', '-c', KILL, 'sh', ...pairs];
  return quoteArgv(become === undefined ? kill : ['sudo', '-n', '--', ...kill]);
}

const HEAD_LIMIT = 64 * 1024;

/** Finds the mark's line at the head of a stream and passes on what comes after it. */
export class HeadReader {
  #head: Buffer | undefined = Buffer.alloc(0);

  constructor(
    private readonly mark: string,
    private readonly marked: (text: string) => void,
    private readonly output: (chunk: Buffer) => void,
  ) {}

  push(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.output(chunk);
      return;
    }
    const head = Buffer.concat([this.#head, chunk]);
    const start = head.indexOf(this.mark);
    const end = start === -1 ? -1 : head.indexOf(0x0a, start);
    if (end === -1) {
      // Start files that print without end must not fill memory; a mark's line is far shorter than what is kept.
      this.#head = head.subarray(-HEAD_LIMIT);
      return;
    }
    this.#head = undefined;
    this.marked(head.toString('latin1', start + this.mark.length, end).trim());
    if (end + 1 < head.length) {
      this.output(head.subarray(end + 1));
    }
  }

  /** What was printed while no mark was seen: a refusing login shell's words. */
  get unmarked(): string {
    return this.#head?.toString('utf8') ?? '';
  }
}

/** Reads the text behind the mark on stdout; undefined when the command is missing there. */
export function readReport(text: string): RemoteProcess | undefined {
  // After the process number: /proc/PID/stat from its third field on (proc(5)); start time is the 22nd.
  const [pid = '', ...stat] = text.split(' ');
  const started = stat[19] ?? '';
  return /^\d{1,10}$/.test(pid) && Number(pid) > 1
    ? { pid: Number(pid), started: /^\d{1,20}$/.test(started) ? started : '' }
    : undefined;
}
