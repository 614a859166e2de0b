import type { GuestAccess } from '../guest-session.js';
import { runPlan, type Plan, type Progress, type Recorder } from '../../plan/index.js';
import { findDomain } from '../../hypervisor/domain-view.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { detachFunction, findWholeFunction } from '../passthrough/detach-function.js';
import { giveBackVf, withGiveBack } from '../passthrough/give-back.js';
import { exclusively } from '../recovery/exclusive.js';
import { asJson } from '../recovery/request.js';
import { dryRunReport, reportOf, type OperationReport } from '../shared/report.js';
import type { AffectWords } from '../shared/affect.js';
import { planDetach, type PreparedDetach } from './prepare.js';
import { detachRequest } from './request.js';
import { detachSteps } from './steps.js';
import type { DetachState } from './state.js';

export interface DetachOptions {
  readonly hypervisor: Hypervisor;
  readonly domain: string;
  /** MAC, alias, host target, guest interface name or PCI address. */
  readonly nic: string;
  readonly affect: AffectWords;
  /** Null: the guest is not asked (`--guest-channel none`). */
  readonly guest: GuestAccess | null;
  readonly allowManagementNic: boolean;
  /** How long to wait for the proof, in ms. */
  readonly timeoutMs: number;
  /** How long to wait for another hotnic that changes the domain, in ms; default 30 s. */
  readonly lockWaitMs?: number;
  /** Where the journal is: half-done runs are looked for there; without it they are not. */
  readonly stateDir?: string;
  readonly dryRun: boolean;
  /** Opened only when something is about to change. */
  readonly recorder: () => Recorder;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface DetachReport extends OperationReport {
  readonly schema: 'hotnic.detach/1';
  readonly domain: string;
  readonly nic: PreparedDetach['nicNames'];
  readonly plan: readonly { readonly step: string; readonly describe: string }[];
  readonly proof: DetachState['proof'];
}

/**
 * Takes a NIC out of a domain and proves that it is gone: DEVICE_REMOVED, both definitions, the guest's PCI bus and
 * network devices. Live first, the persistent definition once the running one has let go: between the two nothing can
 * be left apart by a guest that refuses.
 * @throws HotnicError for what is found wrong before anything is changed
 */
export async function detach(options: DetachOptions): Promise<DetachReport> {
  const domain = await findDomain(options.hypervisor.act, options.domain);
  await using lock = options.dryRun ? null : await exclusively(domain, 'detach', options);
  const whole = await findWholeFunction(domain, options.nic);
  if (whole) return await detachFunction(options, whole, lock);
  await using prepared = await planDetach(options, domain);
  const back = await giveBackVf(prepared, options);
  const steps = withGiveBack(detachSteps(prepared, options), back);
  const plan: Plan = {
    title: `detach ${prepared.nicNames.alias ?? prepared.nicNames.mac ?? options.nic} from ${prepared.view.name}`,
    operation: 'detach',
    subject: prepared.view.name,
    steps,
    request: asJson(detachRequest(prepared, options)),
  };
  const warnings = [...prepared.warnings, ...back.warnings];
  const base = {
    schema: 'hotnic.detach/1' as const,
    domain: prepared.view.name,
    nic: prepared.nicNames,
    plan: steps.map(({ name, describe }) => ({ step: name, describe })),
  };
  if (options.dryRun)
    return {
      ...base,
      ...dryRunReport(plan.title, warnings),
      proof: prepared.state.proof,
    };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  recorder.guestClock?.(prepared.state.guest?.probe.clock.wallOffsetMs ?? null);
  const result = await runPlan(plan, { recorder, signal: options.signal, progress: options.progress });
  const { proof } = prepared.state;
  const where = [
    proof.live === 'gone' ? 'running definition' : null,
    proof.config === 'gone' ? 'persistent definition' : null,
    proof.guest === 'gone' ? 'guest' : null,
  ];
  const done = `${plan.title}: gone from ${where.filter((one) => one !== null).join(', ')}`;
  return {
    ...base,
    ...reportOf(result, recorder.runId, done, [...warnings, ...prepared.state.warnings]),
    proof: prepared.state.proof,
  };
}
