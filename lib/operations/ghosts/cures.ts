import { RISKS, type Cure, type Remedy, type Risk } from './remedy.js';
import { domainOf } from './findings.js';
import { REMEDIES } from './remedies/index.js';
import type { Finding, Scan } from './scan-types.js';

/** Who knows the cures of a kind. */
export type Finders = typeof REMEDIES;

/** All that can be done about a finding; nothing for what is no ghost. */
export function cureOf(finding: Finding, scan: Scan, finders: Finders = REMEDIES): Cure {
  const find = finders[finding.verdict.kind];
  return find?.(finding, domainOf(finding, scan), scan.host) ?? { remedies: [], byHand: [] };
}

/** What the operator allows. */
export interface Limits {
  readonly maxRisk: Risk;
  /** The number of a remedy, from 1, as explain and clean show them; null: the first one that is allowed. */
  readonly choose: number | null;
  readonly releaseHolders: boolean;
}

/** The remedy to apply, or why there is none and which option would allow one. */
export type Choice =
  { readonly remedy: Remedy } | { readonly remedy: null; readonly why: string; readonly next: string | null };

/** Chooses among the remedies of one finding, in their order of preference. */
export function chooseRemedy({ remedies, byHand }: Cure, limits: Limits): Choice {
  if (remedies.length === 0)
    return { remedy: null, why: 'hotnic has no remedy for it', next: byHand[0] ?? null };
  const offered = limits.choose === null ? remedies : remedies.slice(limits.choose - 1, limits.choose);
  if (offered.length === 0)
    return {
      remedy: null,
      why: `it has ${remedies.length} ${remedies.length === 1 ? 'remedy' : 'remedies'}, number ${limits.choose ?? 0} is none of them`,
      next: `--choose 1${remedies.length > 1 ? ` … --choose ${remedies.length}` : ''}`,
    };
  const allowed = offered.find((remedy) => lacking(remedy, limits).length === 0);
  if (allowed) return { remedy: allowed };
  return { remedy: null, ...blocked(offered, remedies, limits) };
}

function blocked(
  offered: readonly Remedy[],
  all: readonly Remedy[],
  limits: Limits,
): { why: string; next: string } {
  // The one that asks for least comes first.
  const [closest] = [...offered].sort(
    (a, b) => lacking(a, limits).length - lacking(b, limits).length || riskOf(a) - riskOf(b),
  );
  if (!closest) return { why: 'nothing is offered', next: '' };
  const options = lacking(closest, limits).map((one) => {
    if (one === 'risk') return `--max-risk ${closest.risk}`;
    return one === 'choose' ? `--choose ${all.indexOf(closest) + 1}` : '--release-holders';
  });
  const why = lacking(closest, limits)
    .map((one) => {
      if (one === 'risk') return `${closest.title}: its risk is ${closest.risk} (${closest.riskText})`;
      if (one === 'choose') return 'which side is right, only you can say';
      return `${closest.title}: processes of the guest would be ended`;
    })
    .join('; ');
  return { why, next: options.join(' ') };
}

type Lack = 'risk' | 'choose' | 'release-holders';

function lacking(remedy: Remedy, { maxRisk, choose, releaseHolders }: Limits): readonly Lack[] {
  const lacks: Lack[] = [];
  if (riskOf(remedy) > RISKS.indexOf(maxRisk)) lacks.push('risk');
  if (remedy.onRequest === 'choose' && choose === null) lacks.push('choose');
  if (remedy.onRequest === 'release-holders' && !releaseHolders) lacks.push('release-holders');
  return lacks;
}

function riskOf({ risk }: Remedy): number {
  return RISKS.indexOf(risk);
}
