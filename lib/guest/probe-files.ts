import { malformed } from './malformed.js';

/** Lines that one `grep -H` picked out of several files, by path. */
export class PickedLines {
  readonly #files = new Map<string, string[]>();

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const match = /^(\/(?:proc|run)\/[\w/]{1,100}):(.*)$/.exec(line);
      if (!match) throw malformed('a line was picked from no file', line);
      const [, path = '', text = ''] = match;
      this.#files.set(path, [...this.of(path), text]);
    }
  }

  of(path: string): readonly string[] {
    return this.#files.get(path) ?? [];
  }

  /** Paths that begin with `prefix`, with their lines. */
  below(prefix: string): readonly (readonly [string, readonly string[]])[] {
    return [...this.#files].filter(([path]) => path.startsWith(prefix));
  }
}
