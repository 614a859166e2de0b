import { readFile } from 'node:fs/promises';
import type { AnyAuthMethod, AuthHandlerMiddleware, ParsedKey, utils } from 'ssh2';
import type { SshOptions } from './options.js';

type KeyTools = Pick<typeof utils, 'parseKey'>;

/** Tries the ways to log in one after the other, and remembers them for the message if none works. */
export class Login {
  readonly tried: string[] = [];
  readonly #options: SshOptions;
  readonly #tools: KeyTools;
  readonly #signal: AbortSignal;
  readonly #ways: AsyncGenerator<AnyAuthMethod, void, undefined>;
  #accepted: readonly string[] | null = null;

  constructor(options: SshOptions, tools: KeyTools, signal: AbortSignal) {
    this.#options = options;
    this.#tools = tools;
    this.#signal = signal;
    this.#ways = this.#all();
  }

  readonly handler: AuthHandlerMiddleware = (left, _partial, next) => {
    // ssh2 says null before the first answer and false is how it wants to hear that nothing is left; its types do not.
    const answer = next as (method: AnyAuthMethod | false) => void;
    this.#accepted = left;
    this.#ways.next().then(
      ({ value }) => {
        answer(value ?? false);
      },
      (error: unknown) => {
        this.tried.push(String(error));
        answer(false);
      },
    );
  };

  async *#all(): AsyncGenerator<AnyAuthMethod, void, undefined> {
    const { user: username, methods, agent } = this.#options;
    for (const method of methods) {
      if (method === 'agent' && agent !== undefined && this.#takes('publickey')) {
        this.tried.push('the keys of the agent');
        yield { type: 'agent', username, agent };
      } else if (method === 'privkey') {
        for (const file of this.#options.keyFiles) {
          if (!this.#takes('publickey')) break;
          const key = await this.#readKey(file);
          if (key !== null) yield { type: 'publickey', username, key: key as unknown as Buffer };
        }
      } else if (method === 'password' && this.#takes('password')) {
        const password = await this.#ask('password');
        if (password !== null) yield { type: 'password', username, password };
      } else if (method === 'keyboard-interactive' && this.#takes('keyboard-interactive')) {
        const password = await this.#ask('keyboard-interactive');
        if (password !== null) {
          const prompt = (...[, , , prompts, finish]: Prompted): void => {
            finish(prompts.map(() => password));
          };
          yield { type: 'keyboard-interactive', username, prompt };
        }
      }
    }
  }

  #takes(method: string): boolean {
    return this.#accepted === null || this.#accepted.includes(method);
  }

  async #readKey(file: string): Promise<ParsedKey | null> {
    let text: Buffer;
    try {
      text = await readFile(file);
    } catch (error) {
      if (this.#options.keyFileNamed) this.tried.push(`${file}, which cannot be read (${String(error)})`);
      return null;
    }
    let key: ParsedKey | Error = this.#tools.parseKey(text);
    if (key instanceof Error && /passphrase|encrypted/i.test(key.message)) {
      const passphrase = await this.#ask('passphrase', file);
      if (passphrase !== null) key = this.#tools.parseKey(text, passphrase);
    }
    if (key instanceof Error) {
      this.tried.push(`${file}, which cannot be used (${key.message})`);
      return null;
    }
    this.tried.push(file);
    return key;
  }

  async #ask(mechanism: string, keyFile?: string): Promise<string | null> {
    const { host, user: username, credentials } = this.#options;
    const about = { service: 'ssh', mechanism, host, username } as const;
    const answer = await credentials(keyFile === undefined ? about : { ...about, keyFile }, this.#signal);
    if (answer !== null && keyFile === undefined)
      this.tried.push(`a ${mechanism === 'password' ? mechanism : `password (${mechanism})`}`);
    return answer?.password ?? null;
  }
}

type Prompted = [
  name: string,
  instructions: string,
  lang: string,
  prompts: readonly { prompt: string }[],
  finish: (answers: string[]) => void,
];
