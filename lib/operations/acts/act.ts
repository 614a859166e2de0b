import type { ZodType } from 'zod';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { Json, StepContext } from '../../plan/index.js';
import type { GuestSession } from '../guest-session.js';

/** What acts reach: one hypervisor and its guests. */
export interface World {
  readonly hypervisor: Hypervisor;
  /**
   * The guest of a domain, opened at the first use; later calls give the same session.
   * @throws HotnicError where the guest cannot be reached, or shall not be asked
   */
  guest(domain: string, signal: AbortSignal): Promise<GuestSession>;
  /** How long an act may wait for its effect, in ms. */
  readonly timeoutMs: number;
}

/**
 * One kind of change that can be named in a journal and made again from there: all that it does follows from its input,
 * so that a run that was cut off can be finished or undone by another process. `run` and `undo` may be called again
 * after they were cut off at any point.
 */
export interface Act<I extends Json = Json, S extends Json = Json> {
  /** Stable name: "host-netdev-delete". */
  readonly name: string;
  /** Reads the input back from a journal; a run that was edited must not get past it. */
  readonly input: ZodType<I>;
  /** What it will do, in words. */
  describe(input: I): string;
  /** Reads what `undo` will need. Its result is journalled before `run` begins. */
  save?(input: I, world: World, context: StepContext): Promise<S>;
  run(input: I, world: World, context: StepContext): Promise<Json | undefined>;
  /** Puts back what `run` changed, from what `save` read. Absent where nothing can be put back. */
  undo?(input: I, saved: S, world: World, context: StepContext): Promise<void>;
  /** Reads a plane again, and throws where the effect is not there. */
  confirm?(input: I, world: World, context: StepContext): Promise<void>;
}

/** An act with its input: a line of a plan that can be written down. */
export interface PlannedAct {
  readonly act: string;
  readonly input: Json;
}
