import { isNoDomain, type Domain } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { beginOf, settledOf, settleRun } from '../../journal/index.js';
import { runPlan, type Plan, type Progress, type Recorder, type Step } from '../../plan/index.js';
import type { World } from '../acts/act.js';
import type { GuestAccess } from '../guest-session.js';
import { dryRunReport, reportOf, type OperationReport } from '../shared/report.js';
import { actsRecoverySteps } from './acts-steps.js';
import { lockFor } from './exclusive.js';
import { familyOf, settleFamily, type Family } from './family.js';
import { afterLibvirt } from './nic/after-libvirt.js';
import { nicSubject } from './nic/subject-of.js';
import { nicRecoverySteps } from './nic/steps.js';
import { withActs } from './nic/with-acts.js';
import { asJson, requestedDomain, type RunRequest } from './request.js';
import { requestOf, stateOfRun } from './run-state.js';
import { subjectOf } from './subject.js';

export interface RecoverOptions {
  readonly hypervisor: Hypervisor;
  /** Where the journal is. */
  readonly stateDir: string;
  /** The run to finish or to take back. */
  readonly run: string;
  /** Null: the guest is not asked. */
  readonly guest: GuestAccess | null;
  /** What acts work with. */
  readonly world: World;
  readonly timeoutMs: number;
  readonly lockWaitMs?: number;
  readonly dryRun: boolean;
  readonly recorder: () => Recorder;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface RecoveryReport extends OperationReport {
  readonly schema: 'hotnic.recovery/1';
  readonly how: 'resume' | 'undo';
  /** The run that was finished or taken back. */
  readonly of: string;
  readonly domain: string | null;
  readonly plan: readonly { readonly step: string; readonly describe: string }[];
}

/**
 * Finishes a run that was cut off, is pending or failed.
 * @throws HotnicError `run-not-found`, `run-running`, `run-settled`, `run-done`, `world-moved-on`, `locked` and others;
 *   nothing is changed then
 */
export function resumeRun(options: RecoverOptions): Promise<RecoveryReport> {
  return recover('resume', options);
}

/**
 * Takes back what a run has changed, or has begun to change; also that of a run that was done.
 * @throws as resumeRun, but `run-done`
 */
export function undoRun(options: RecoverOptions): Promise<RecoveryReport> {
  return recover('undo', options);
}

async function recover(how: 'resume' | 'undo', options: RecoverOptions): Promise<RecoveryReport> {
  const { hypervisor, stateDir, dryRun, signal, progress } = options;
  const first = await familyOf(stateDir, options.run);
  const domain = await domainOf(first, options);
  const subject = domain ?? subjectOf(first.request);
  await using lock = dryRun ? null : await lockFor(subject, `journal ${how}`, options);
  // Another may have dealt with it while the lock was waited for.
  const family = await familyOf(stateDir, options.run);
  refuse(how, family);
  if (family.request.domain !== null && domain === null) return await domainGone(how, family, options);
  const goal = goalOf(how, family);
  const view = domain === null ? null : await viewDomain(domain);
  const made = await stepsFor(family, goal, view, options);
  await using guest = made.guest;
  const title = `${how} ${beginOf(family.root)?.title ?? family.root.id}`;
  const plan: Plan = {
    title,
    operation: how,
    subject: view?.name ?? hypervisor.uri,
    steps: made.steps,
    request: asJson(requestFor(family, goal, made.view)),
  };
  const base = {
    schema: 'hotnic.recovery/1' as const,
    how,
    of: options.run,
    domain: view?.name ?? null,
    plan: made.steps.map(({ name, describe }) => ({ step: name, describe })),
  };
  if (dryRun) return { ...base, ...dryRunReport(title, made.warnings) };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  if (guest) recorder.guestClock?.(guest.probe.clock.wallOffsetMs);
  const result = await runPlan(plan, { recorder, signal, progress });
  if (result.outcome === 'done' || result.outcome === 'pending')
    await settleFamily(stateDir, family, {
      how: how === 'resume' ? 'resumed' : 'undone',
      by: recorder.runId,
      text: result.outcome === 'done' ? `${title}: done` : `${title}: ${result.error?.message ?? 'pending'}`,
    });
  const side = goal === 'after' ? 'it is as was asked for' : 'it is as it was before';
  return { ...base, ...reportOf(result, recorder.runId, `${title}: ${side}`, made.warnings) };
}

interface Made {
  readonly steps: readonly Step[];
  readonly view: DomainView | null;
  readonly guest: Awaited<ReturnType<typeof nicSubject>>['guest'];
  readonly warnings: readonly string[];
}

async function stepsFor(
  family: Family,
  goal: 'after' | 'before',
  view: DomainView | null,
  options: RecoverOptions,
): Promise<Made> {
  const { request } = family;
  if (request.kind === 'acts' || view === null)
    return { steps: actsRecoverySteps(family, goal, options.world), view, guest: null, warnings: [] };
  const settled = await afterLibvirt(family, request, view, options);
  const subject = await nicSubject(family, request, goal, settled, options);
  try {
    const { warnings, guest } = subject;
    const steps = withActs(nicRecoverySteps(subject), family, goal, options.world);
    return { steps, view: subject.view, guest, warnings };
  } catch (error) {
    await subject.guest?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** Null where the run is about no domain, or the domain is gone. */
async function domainOf({ request }: Family, { hypervisor }: RecoverOptions): Promise<Domain | null> {
  if (request.domain === null) return null;
  try {
    return await hypervisor.act.domainLookupByUUID(request.domain.uuid);
  } catch (error) {
    if (isNoDomain(error)) return null;
    throw explainLibvirt(error, `look up the domain ${request.domain.name}`);
  }
}

function refuse(how: 'resume' | 'undo', { named }: Family): void {
  const state = stateOfRun(named);
  const settled = settledOf(named);
  const next = `hotnic journal show ${named.id}`;
  const unchanged = { state: 'nothing was changed' };
  if (state === 'running')
    throw new HotnicError(
      'run-running',
      `${named.id} is still running (process ${beginOf(named)?.pid ?? '?'})`,
      {
        ...unchanged,
        next: `wait for its end; ${next}`,
      },
    );
  if (settled && (settled.how === 'undone' || settled.how === 'nothing-begun' || how === 'resume'))
    throw new HotnicError('run-settled', `${named.id} was dealt with before: ${settled.how}`, {
      ...unchanged,
      seen: settled.text,
      next: settled.by === null ? next : `hotnic journal show ${settled.by}`,
    });
  const end = named.entries.findLast((entry) => entry.type === 'run-end');
  if (how === 'resume' && end?.type === 'run-end' && end.outcome === 'done')
    throw new HotnicError('run-done', `${named.id} is done: there is nothing to finish`, {
      ...unchanged,
      next: `hotnic journal undo ${named.id} takes it back`,
    });
}

/** To finish a run that took another's change back is to take it back. */
function goalOf(how: 'resume' | 'undo', { named }: Family): 'after' | 'before' {
  const own = requestOf(named)?.goal ?? 'after';
  if (how === 'resume') return own;
  return own === 'after' ? 'before' : 'after';
}

function requestFor(
  { root, request }: Family,
  goal: 'after' | 'before',
  view: DomainView | null,
): RunRequest {
  const head = { goal, root: root.id };
  if (request.kind === 'nic')
    return { ...request, ...head, domain: view === null ? request.domain : requestedDomain(view) };
  return { ...request, ...head };
}

async function domainGone(
  how: 'resume' | 'undo',
  { named, request }: Family,
  { stateDir, dryRun }: RecoverOptions,
): Promise<never> {
  const { name, uuid } = request.domain ?? { name: 'the domain', uuid: '' };
  const text = `the domain ${name} (${uuid}) is gone from this hypervisor`;
  if (!dryRun) await settleRun(stateDir, named.id, { how: 'over', by: null, text });
  throw new HotnicError(
    'world-moved-on',
    `${named.id} cannot be ${how === 'resume' ? 'finished' : 'undone'}: ${text}`,
    {
      state: 'nothing was changed; the run is closed',
      next: 'hotnic list',
    },
  );
}
