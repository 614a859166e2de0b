import type { Duplex } from 'node:stream';

/** Opens the byte stream to a daemon: a unix socket, a forwarded one, TLS. Rejects with the signal's reason when aborted. */
export type Dialer = (signal: AbortSignal) => Promise<Duplex>;
