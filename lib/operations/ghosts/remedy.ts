import type { VerdictKind } from '../../verdicts/index.js';
import type { PlannedAct } from '../acts/act.js';
import type { DomainScan, Finding, HostScan } from './scan-types.js';

/** What a remedy can cost, from least to most; `--max-risk` names one. */
export const RISKS = ['none', 'link-flap', 'data-path', 'guest-reset'] as const;

export type Risk = (typeof RISKS)[number];

/** One way to cure a finding. */
export interface Remedy {
  readonly kind: VerdictKind;
  /** What it does, in a few words: "delete vnet7". */
  readonly title: string;
  readonly risk: Risk;
  /** What it risks, in words: "open connections through this NIC break". */
  readonly riskText: string;
  readonly acts: readonly PlannedAct[];
  /**
   * Set where nobody but the operator can want it: taken only with `--choose` (a side of two that differ), or only
   * with `--release-holders` (processes of the guest are ended). Absent: taken when its risk is allowed.
   */
  readonly onRequest?: 'choose' | 'release-holders';
  /**
   * Set where the acts are all that can be done now and the verdict stays until something else happens: what that is,
   * in words ("until the guest resets"). The run then ends as pending, and its acts are kept.
   */
  readonly pendingUntil?: string;
}

/** What can be done about a finding. */
export interface Cure {
  /** In order of preference. */
  readonly remedies: readonly Remedy[];
  /** What only a person can do, or why there is nothing to do but wait. */
  readonly byHand: readonly string[];
}

/**
 * Finds the cures of one kind. Pure: it works on what the scan read. The plan that is made of a remedy reads the
 * evidence again before the first act and after the last one; a remedy need not.
 */
export type RemedyFinder = (finding: Finding, scan: DomainScan | null, host: HostScan) => Cure;
