import { duplexPair, type Duplex } from 'node:stream';

/** Two ends of one byte stream in this process. What ends at one end ends at the other, as with a socket. */
export function streamPair(): readonly [Duplex, Duplex] {
  const [one, other] = duplexPair();
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
  return [one, other];
}
