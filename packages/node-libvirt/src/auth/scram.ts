import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AuthenticationError } from '../errors/authentication-error.js';
import type { Credentials } from './credentials.js';
import type { SaslMechanism } from './mechanism.js';

/** Digests that SCRAM is used with, and their bytes. */
const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;
type Digest = keyof typeof DIGEST_BYTES;

/** RFC 5802 asks for no fewer rounds; more than these would only keep this side busy. */
const ROUNDS = { least: 4096, most: 10_000_000 } as const;

/**
 * SCRAM (RFC 5802, RFC 7677) without channel binding: the password does not cross the wire, and the server has to prove
 * that it knows it too. `nonce` is given by tests. Name and password go as they are, without SASLprep: libvirt's daemons
 * use Cyrus SASL, which compares the bytes (measured on 2.1.28: a password with U+2168 fails once it is normalised).
 */
export function scram(
  digest: Digest,
  credentials: Credentials,
  nonce = randomBytes(24).toString('base64'),
): SaslMechanism {
  return new Scram(digest, credentials, nonce);
}

class Scram implements SaslMechanism {
  done = false;
  readonly #digest: Digest;
  readonly #password: string;
  readonly #nonce: string;
  readonly #bare: string;
  #expected: Buffer | null = null;

  constructor(digest: Digest, { username = '', password }: Credentials, nonce: string) {
    this.#digest = digest;
    this.#password = password;
    this.#nonce = nonce;
    this.#bare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  }

  first(): Buffer {
    return Buffer.from(`n,,${this.#bare}`);
  }

  async next(challenge: Buffer): Promise<Buffer | null> {
    const said = challenge.toString();
    // Cyrus asks once more, with nothing to say, after it has proved itself.
    if (this.done) return Buffer.alloc(0);
    if (this.#expected !== null) {
      this.#checkServer(said, this.#expected);
      this.done = true;
      return Buffer.alloc(0);
    }
    return await this.#prove(said);
  }

  async #prove(said: string): Promise<Buffer> {
    const { nonce, salt, rounds } = this.#readServerFirst(said);
    const digest = this.#digest;
    const salted = await promisify(pbkdf2)(this.#password, salt, rounds, DIGEST_BYTES[digest], digest);
    const final = `c=biws,r=${nonce}`;
    const message = `${this.#bare},${said},${final}`;
    const clientKey = hmac(digest, salted, 'Client Key');
    const signature = hmac(digest, createHash(digest).update(clientKey).digest(), message);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    this.#expected = hmac(digest, hmac(digest, salted, 'Server Key'), message);
    return Buffer.from(`${final},p=${proof.toString('base64')}`);
  }

  #readServerFirst(said: string): { nonce: string; salt: Buffer; rounds: number } {
    const [, nonce = '', salt = '', count = ''] =
      /^r=([^,]+),s=([A-Za-z0-9+/=]+),i=(\d{1,8})(?:,|$)/.exec(said) ?? [];
    const rounds = Number(count);
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce)
      throw this.#refuse('its nonce does not continue ours');
    if (rounds < ROUNDS.least || rounds > ROUNDS.most) throw this.#refuse(`it asks for ${rounds} rounds`);
    return { nonce, salt: Buffer.from(salt, 'base64'), rounds };
  }

  #checkServer(said: string, expected: Buffer): void {
    const shown = Buffer.from(/^v=([A-Za-z0-9+/=]+)(?:,|$)/.exec(said)?.[1] ?? '', 'base64');
    if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) {
      throw this.#refuse('it does not know the password itself');
    }
  }

  #refuse(why: string): AuthenticationError {
    const name = `SCRAM-${this.#digest.toUpperCase().replace('SHA', 'SHA-')}`;
    const what = `the other side is not believed to be the libvirt daemon: ${why}`;
    return new AuthenticationError(name, what, undefined, 'server-unproved');
  }
}

function hmac(digest: Digest, key: Buffer, text: string): Buffer {
  return createHmac(digest, key).update(text).digest();
}
