import type { LabGuestSpec } from '../../../lib/lab/types.js';
import type { VerdictKind } from '../../../lib/verdicts/index.js';

/** One state of the world that a test makes for real, on one machine of the lab. */
export interface State {
  /** What an operator would call it. */
  readonly name: string;
  /** The domain it is made in. */
  readonly domain: string;
  /** A guest that is made for this state alone; the lab's own otherwise. */
  readonly guest?: Omit<LabGuestSpec, 'name'>;
  make(): Promise<Made>;
}

/** What has been made, what is true of it, and how it ends. */
export interface Made {
  /** Each thing that has to be judged, by what the report names it: a MAC, or a device of the host. */
  readonly truth: Readonly<Record<string, VerdictKind>>;
  /** Options of the scan beyond the domain. */
  readonly scan?: readonly string[];
  /** What `explain` has to say of each ghost; healthy ones need none. */
  readonly cause?: RegExp;
  /** What `clean` needs beyond `--apply`, and how it ends. */
  readonly clean?: { readonly options?: readonly string[]; readonly code?: number };
  /** What only a person can do; `clean` is run again after it, and has to end in 0. */
  byHand?(): Promise<void>;
  /** Puts the lab back as it was. */
  unmake(): Promise<void>;
}
