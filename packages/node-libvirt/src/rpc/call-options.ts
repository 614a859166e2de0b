/** What every call accepts. */
export interface CallOptions {
  /** Milliseconds until the call is given up with CallTimeoutError. Default: the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Gives the call up with the signal's reason. The daemon may still carry it out; its reply is dropped. */
  readonly signal?: AbortSignal | undefined;
}
