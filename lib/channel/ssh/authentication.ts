import {
  BaseAgent,
  type AnyAuthMethod,
  type AuthHandlerMiddleware,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import type { Offer, Offers } from './identities.js';

/** Offers keys one after the other and remembers what happened, for the message if none is accepted. */
export class Authentication {
  readonly #waiting: Offer[];
  readonly offered: string[] = [];
  methods: readonly string[] = [];

  constructor(
    private readonly user: string,
    readonly found: Offers,
  ) {
    this.#waiting = [...found.offers];
  }

  readonly handler: AuthHandlerMiddleware = (left, _partial, next) => {
    // ssh2 says null before the first answer and false is how it wants to hear that nothing is left; its types do not.
    const answer = next as (method: AnyAuthMethod | false) => void;
    const methods = left as readonly string[] | null;
    if (methods !== null) {
      this.methods = methods;
    }
    const offer = this.#waiting.shift();
    if (offer !== undefined && (methods === null || methods.includes('publickey'))) {
      this.offered.push(offer.label);
      answer(this.#method(offer));
    } else if (methods === null) {
      answer({ type: 'none', username: this.user });
    } else {
      answer(false);
    }
  };

  #method({ key, agent }: Offer): AnyAuthMethod {
    return agent === undefined
      ? { type: 'publickey', username: this.user, key: key as unknown as Buffer }
      : { type: 'agent', username: this.user, agent: new OneKeyAgent(agent, key) };
  }
}

/** An agent that shows one of its keys only, so that the order of offers is ours. */
class OneKeyAgent extends BaseAgent {
  constructor(
    private readonly agent: BaseAgent,
    private readonly key: ParsedKey,
  ) {
    super();
  }

  getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [this.key]);
  }

  sign(
    key: string | Buffer | ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') {
      this.agent.sign(key, data, options);
    } else {
      this.agent.sign(key, data, options, callback);
    }
  }
}
