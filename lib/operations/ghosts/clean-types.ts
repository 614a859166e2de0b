import type { ExitCode } from '../../errors/hotnic-error.js';
import type { Nic } from '../../nic/sighting.js';
import type { Progress, Recorder } from '../../plan/index.js';
import type { Verdict, VerdictKind } from '../../verdicts/index.js';
import type { Finders, Limits } from './cures.js';
import type { FindAccess } from './guest-sessions.js';
import type { Remedy } from './remedy.js';
import type { ScanOptions } from './scan-options.js';

/** What is cleaned, and what for it may be risked. */
export interface CleanOptions extends Omit<ScanOptions, 'askGuest' | 'host'>, Limits {
  /** How guests are reached; null: they are not asked. */
  readonly access: FindAccess | null;
  /** Only ghosts of these kinds; without one all. */
  readonly kinds: readonly VerdictKind[];
  /** Only the ghost that goes by this name. */
  readonly nic: string | null;
  /** False: show the plans, change nothing. */
  readonly apply: boolean;
  /** How long each act, and the proof of its effect, may take, in ms. */
  readonly timeoutMs: number;
  /** Opens the record of one run; every ghost is a run of its own. */
  readonly openRun: () => Recorder & Disposable;
  /** Where the journal is: a domain with a half-done run is not touched. */
  readonly stateDir: string;
  /** How long to wait for another hotnic that changes the same domain, in ms. */
  readonly lockWaitMs: number;
  readonly progress: Progress;
  /** Who knows the cures; default: hotnic's own. */
  readonly finders?: Finders;
}

/** What became of one ghost. `left`: nothing was tried, `why` says the reason. */
export type TreatmentOutcome =
  'planned' | 'done' | 'pending' | 'failed' | 'half' | 'interrupted' | 'no-longer-holds' | 'left';

/** One ghost, and what was done about it. */
export interface Treatment {
  /** Null for what no domain owns. */
  readonly domain: string | null;
  readonly nic: Nic;
  readonly verdict: Verdict;
  /** Rows of the symptom table that fit, by id. */
  readonly symptoms: readonly string[];
  readonly outcome: TreatmentOutcome;
  /** One line for a person. */
  readonly summary: string;
  /** What is still to come or to be done by hand, and why. */
  readonly details: readonly string[];
  readonly next: string | null;
  /** The run in the journal; null where nothing ran. */
  readonly run: string | null;
  readonly remedy: ShownRemedy | null;
  /** Every remedy that there is, in order of preference; `--choose` takes its number from 1. */
  readonly remedies: readonly ShownRemedy[];
  readonly plan: readonly { readonly step: string; readonly describe: string }[];
  readonly byHand: readonly string[];
}

/** A remedy as documents show it. */
export type ShownRemedy = Pick<Remedy, 'title' | 'risk' | 'riskText'>;

export interface CleanReport {
  readonly schema: 'hotnic.ghosts-clean/1';
  readonly apply: boolean;
  readonly exitCode: ExitCode;
  readonly treatments: readonly Treatment[];
  /** NICs that could not be judged: they may be ghosts too. */
  readonly unknown: number;
  readonly unreadable: readonly { readonly domain: string; readonly why: string }[];
}
