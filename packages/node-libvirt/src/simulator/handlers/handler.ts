import type { Args, ProcedureName, Result } from '../../protocol/procedures.js';
import type { World } from '../world.js';

/** What a handler may do beside answering. */
export interface CallContext {
  readonly world: World;
  /** The URI the client has opened; null before. */
  uri: string | null;
  readOnly: boolean;
  /** Sends a frame to the client, now. */
  send(frame: Buffer): void;
  /** Runs something once the answer has been sent. */
  afterReply(run: () => void): void;
  /** A registration of this client; it is dropped when the client goes. */
  ownRegistration(callbackId: number): void;
}

/** Carries one procedure out; throws Failure to answer an error. */
export type Handler<N extends ProcedureName> = (
  args: Args<N>,
  call: CallContext,
) => Result<N> | Promise<Result<N>>;

/** Handlers by the names of their procedures; the simulator plays a part of the protocol. */
export type Handlers = { readonly [K in ProcedureName]?: Handler<K> };
