import { isHotnicError } from '../../errors/hotnic-error.js';
import { symptomsFor } from '../../knowledge/index.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { runPlan, type Plan } from '../../plan/index.js';
import { reportOf } from '../shared/report.js';
import { exclusively } from '../recovery/exclusive.js';
import { asJson, actsRequestFor, functionsRequestFor } from '../recovery/request.js';
import type { World } from '../acts/act.js';
import { cleanPlan, NoLongerHolds } from './clean-plan.js';
import type { Treatment, CleanOptions } from './clean-types.js';
import { chooseRemedy, cureOf } from './cures.js';
import { domainOf, nameFinding } from './findings.js';
import type { GuestSessions } from './guest-sessions.js';
import type { Remedy } from './remedy.js';
import type { Finding, Scan } from './scan-types.js';

/** What treating a ghost needs. */
export interface Surgery {
  readonly options: CleanOptions;
  readonly guests: GuestSessions;
  /** The scan that found it. */
  readonly scan: Scan;
  /** Reads again what the finding was found in. */
  readonly rescan: (signal: AbortSignal) => Promise<Scan>;
}

/** Plans the cure of one ghost, and with `apply` runs it. */
export async function treat(finding: Finding, surgery: Surgery): Promise<Treatment> {
  const { options, scan } = surgery;
  const cure = cureOf(finding, scan, options.finders);
  const choice = chooseRemedy(cure, options);
  const base = {
    domain: finding.domain,
    nic: finding.nic,
    verdict: finding.verdict,
    symptoms: symptomsFor(finding.verdict).map(({ id }) => id),
    remedies: cure.remedies.map(shown),
    byHand: cure.byHand,
    run: null,
    details: [],
  };
  if (choice.remedy === null)
    return {
      ...base,
      outcome: 'left',
      remedy: null,
      plan: [],
      summary: `${nameFinding(finding)}: ${finding.verdict.kind}, left as it is: ${choice.why}`,
      next: choice.next,
    };
  const plan = planOf(finding, choice.remedy, surgery);
  const planned = {
    ...base,
    remedy: shown(choice.remedy),
    plan: plan.steps.map(({ name, describe }) => ({ step: name, describe })),
  };
  if (!options.apply)
    return {
      ...planned,
      outcome: 'planned',
      summary: `${plan.title}: dry run, nothing was changed`,
      next: null,
    };
  return { ...planned, ...(await run(plan, finding, surgery)) };
}

function planOf(finding: Finding, remedy: Remedy, { options, guests, scan, rescan }: Surgery): Plan {
  const world: World = {
    hypervisor: options.hypervisor,
    guest: (domain, signal) => guests.session(domain, signal),
    timeoutMs: options.timeoutMs,
  };
  const readings = domainOf(finding, scan)?.readings ?? [];
  const planesRead = readings.filter(({ state }) => state === 'read').map(({ plane }) => plane);
  const view = domainOf(finding, scan)?.view ?? null;
  const address = functionOf(finding);
  const request = asJson(
    address === null
      ? actsRequestFor(options.hypervisor, view)
      : functionsRequestFor(options.hypervisor, [address]),
  );
  return cleanPlan({ finding, remedy, planesRead, rescan, world, request, finders: options.finders });
}

type Ending = Pick<Treatment, 'outcome' | 'summary' | 'details' | 'next' | 'run'>;

async function run(plan: Plan, finding: Finding, { options, scan }: Surgery): Promise<Ending> {
  const { signal, progress } = options;
  try {
    const address = functionOf(finding);
    const domain = domainOf(finding, scan)?.view.domain ?? null;
    const subject = address === null ? domain : { functions: [address] };
    await using lock = await exclusively(subject, 'clean', options);
    using recorder = options.openRun();
    lock.setRun(recorder.runId);
    const probe = domainOf(finding, scan)?.probe;
    if (probe) recorder.guestClock?.(probe.clock.wallOffsetMs);
    const result = await runPlan(plan, { recorder, signal, progress });
    if (result.error instanceof NoLongerHolds)
      return {
        outcome: 'no-longer-holds',
        summary: `${result.error.message}: nothing was done`,
        details: [],
        next: null,
        run: recorder.runId,
      };
    const { outcome, summary, details, next } = reportOf(
      result,
      recorder.runId,
      `${plan.title}: done, and proved`,
      [],
    );
    return {
      outcome: outcome === 'planned' ? 'failed' : outcome,
      summary,
      details,
      next: next ?? (outcome === 'done' ? null : lookAgain(finding)),
      run: recorder.runId,
    };
  } catch (error) {
    // One ghost that cannot be treated (its domain is locked, the journal is full) keeps no other from being treated.
    if (!isHotnicError(error) || signal.aborted) throw error;
    return {
      outcome: 'failed',
      summary: `${nameFinding(finding)}: ${error.message}`,
      details: [error.details.why, error.details.state].filter((line) => line !== undefined),
      next: error.details.next ?? lookAgain(finding),
      run: null,
    };
  }
}

/** What to type where whatever went wrong names nothing better: how things stand now is the first question then. */
function lookAgain({ domain, nic }: Finding): string {
  const name = nic.mac ?? nic.target ?? nic.alias ?? nic.guestName;
  return name === null
    ? `hotnic ghosts scan ${domain ?? ''}`.trimEnd()
    : `hotnic ghosts explain ${domain === null ? '' : `${domain} `}${name}`;
}

/** The function of the host that a finding is about, if it is about one that no domain has. */
function functionOf({ domain, nic }: Finding): PciAddress | null {
  const isFunction = domain === null && nic.sightings.host?.facts['leftover'] === 'function';
  return isFunction && nic.target !== null ? parsePciAddress(nic.target) : null;
}

function shown({ title, risk, riskText }: Remedy): Treatment['remedies'][number] {
  return { title, risk, riskText };
}
