import type { Channel, LineStream } from '../../lib/channel/channel.js';
import { lineAt } from './fixture.js';

/** A channel whose every command answers what `answer` makes of its last argument but `skip`; nothing else works. */
export function answering(answer: (nonce: string) => string): Channel {
  return {
    ...refusing(),
    run: (argv) =>
      Promise.resolve().then(() => ({ status: 0, signal: null, stdout: answer(argv[3] ?? ''), stderr: '' })),
  };
}

/** A channel on which a watch "runs": lines are pushed by the test. */
export class ScriptedStream implements LineStream {
  readonly dropped = 0;
  readonly ended: Promise<{ status: number | null; stderr: string }>;
  closed = false;
  #end: (result: { status: number | null; stderr: string }) => void = () => undefined;
  #wake: () => void = () => undefined;
  readonly #lines: string[] = [];
  #over = false;

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  push(text: string): void {
    this.#lines.push(...text.split('\n'));
    this.#wake();
  }

  end(stderr: string): void {
    this.#over = true;
    this.#end({ status: 1, stderr });
    this.#wake();
  }

  close(): Promise<void> {
    this.closed = true;
    this.end('');
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      for (let text = this.#lines.shift(); text !== undefined; text = this.#lines.shift()) {
        yield lineAt(text, performance.timeOrigin + performance.now());
      }
      if (this.#over) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

export function streaming(start: (argv: readonly string[], stream: ScriptedStream) => void): Channel {
  return {
    ...refusing(),
    lines: (argv) => {
      const stream = new ScriptedStream();
      start(argv, stream);
      return Promise.resolve(stream);
    },
  };
}

function refusing(): Channel {
  const refuse = () => Promise.reject(new Error('the test did not expect this'));
  return {
    label: 'a stand-in',
    run: refuse,
    lines: refuse,
    readFile: refuse,
    writeFile: refuse,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
