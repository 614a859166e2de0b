import type { Symptom } from '../../knowledge/index.js';
import { symptomsFor } from '../../knowledge/index.js';
import { actNamed } from '../acts/index.js';
import { cureOf } from './cures.js';
import { domainOf, findingsOf, selectFinding } from './findings.js';
import type { Remedy } from './remedy.js';
import type { DomainScan, Finding, Scan } from './scan-types.js';

/** Everything that is known about one NIC. */
export interface Explanation {
  readonly finding: Finding;
  /** The domain's planes; null for what no domain owns. */
  readonly domain: DomainScan | null;
  /** What is generally known of such a state. */
  readonly symptoms: readonly Symptom[];
  /** What could be done, in order of preference. */
  readonly remedies: readonly ExplainedRemedy[];
  readonly byHand: readonly string[];
}

/** A remedy with its acts in words. */
export interface ExplainedRemedy extends Omit<Remedy, 'acts' | 'kind'> {
  readonly acts: readonly { readonly act: string; readonly describe: string }[];
}

/**
 * Explains the NIC that goes by `nic`.
 * @throws HotnicError `nic-unknown`, `nic-ambiguous` (exit 2), with the candidates
 */
export function explain(scan: Scan, nic: string): Explanation {
  const finding = selectFinding(findingsOf(scan), nic);
  const { remedies, byHand } = cureOf(finding, scan);
  return {
    finding,
    domain: domainOf(finding, scan),
    symptoms: symptomsFor(finding.verdict),
    remedies: remedies.map(explained),
    byHand,
  };
}

function explained({ title, risk, riskText, acts, onRequest, pendingUntil }: Remedy): ExplainedRemedy {
  return {
    title,
    risk,
    riskText,
    acts: acts.map(({ act, input }) => {
      const known = actNamed(act);
      const checked = known?.input.safeParse(input);
      return { act, describe: known && checked?.success ? known.describe(checked.data) : act };
    }),
    ...(onRequest === undefined ? {} : { onRequest }),
    ...(pendingUntil === undefined ? {} : { pendingUntil }),
  };
}
