import type { Writable } from 'node:stream';
import type { Logger } from 'winston';
import { printable } from '../guest/printable.js';
import type { Progress } from '../plan/index.js';
import { printableLines } from './printable-lines.js';

export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/**
 * Where a command writes. The result goes to stdout, everything else to stderr. A line that is redrawn in place is
 * used on a terminal alone.
 */
export class Output {
  readonly #streams: Streams;
  readonly #quiet: boolean;
  readonly #redraw: boolean;
  /** Set with `--verbose`: then every line goes through the log, with its time. */
  readonly #log: Logger | null;
  readonly json: boolean;
  #transient = false;
  #lastWaiting = 0;

  constructor(
    streams: Streams,
    options: {
      readonly json: boolean;
      readonly quiet: boolean;
      /** False with NO_COLOR: nothing is redrawn in place, on a terminal neither. */
      readonly redraw?: boolean;
      readonly log?: Logger | null;
    },
  ) {
    this.#streams = streams;
    this.#quiet = options.quiet;
    this.#redraw = (options.redraw ?? true) && streams.stderr.isTTY === true;
    this.#log = options.log ?? null;
    this.json = options.json;
  }

  get width(): number {
    return this.#streams.stdout.columns ?? 110;
  }

  /** The result for a person; nothing with `--json`. */
  text(text: string): void {
    if (this.json) return;
    this.#clear();
    this.#streams.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** The result for a program: the one JSON document, which names its schema; nothing without `--json`. */
  document(schema: string, value: object): void {
    if (!this.json) return;
    this.#clear();
    this.#streams.stdout.write(`${JSON.stringify({ schema, ...value }, null, 2)}\n`);
  }

  /** A line on stderr that `--quiet` does not suppress: warnings and errors. */
  warn(text: string): void {
    this.#clear();
    const lines = printableLines(text);
    if (this.#log) this.#log.warn(lines);
    else this.#streams.stderr.write(`${lines}\n`);
  }

  /** A line on stderr about what goes on. */
  info(text: string): void {
    if (this.#quiet) return;
    this.#clear();
    const lines = printableLines(text);
    if (this.#log) this.#log.info(lines);
    else this.#streams.stderr.write(`${lines}\n`);
  }

  /** Progress of a plan, as lines on stderr. */
  progress(): Progress {
    return {
      info: (text) => {
        this.info(text);
      },
      waiting: (text, since, until) => {
        this.#waiting(text, since, until);
      },
      step: (name, phase) => {
        this.#log?.debug(`step ${name}: ${phase}`);
      },
    };
  }

  #waiting(text: string, since: number, until: number): void {
    if (this.#quiet) return;
    const now = Date.now();
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    const limit = Number.isFinite(until) ? ` of ${seconds(until - since)} s` : '';
    const line = `waiting for ${printable(text)} (${seconds(Math.max(0, now - since))} s${limit})`;
    if (this.#redraw) {
      this.#streams.stderr.write(`\r\u001b[K${line}`);
      this.#transient = true;
    } else if (now - this.#lastWaiting >= 5000) {
      // Not a terminal: a line every few seconds tells as much and does not fill a log.
      this.#streams.stderr.write(`${line}\n`);
      this.#lastWaiting = now;
    }
  }

  #clear(): void {
    if (this.#transient) this.#streams.stderr.write('\r\u001b[K');
    this.#transient = false;
  }
}
