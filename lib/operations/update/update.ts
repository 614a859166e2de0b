import type { Hypervisor } from '../../hypervisor/open.js';
import { findDomain, viewDomain } from '../../hypervisor/domain-view.js';
import type { Nic } from '../../nic/sighting.js';
import { usageError } from '../../errors/hotnic-error.js';
import { runPlan, type Plan, type Progress, type Recorder, type Step } from '../../plan/index.js';
import type { InterfaceChanges } from '../../xml/edit.js';
import { readNics } from '../read-nics.js';
import { exclusively } from '../recovery/exclusive.js';
import { asJson } from '../recovery/request.js';
import { resolveAffect, type AffectWords } from '../shared/affect.js';
import { dryRunReport, reportOf, type OperationReport } from '../shared/report.js';
import { requireThere, selectNic } from '../shared/select-nic.js';
import { updateRequest } from './request.js';
import { changeStep, type Half } from './step-change.js';

export interface UpdateOptions {
  readonly hypervisor: Hypervisor;
  readonly domain: string;
  /** MAC, alias, host target or PCI address. */
  readonly nic: string;
  readonly changes: InterfaceChanges;
  /** Another network, bridge or device of the kind that the NIC is connected to now; null leaves it. */
  readonly source: string | null;
  readonly affect: AffectWords;
  /** How long to wait for another hotnic that changes the domain, in ms; default 30 s. */
  readonly lockWaitMs?: number;
  /** Where the journal is: half-done runs are looked for there; without it they are not. */
  readonly stateDir?: string;
  readonly dryRun: boolean;
  readonly recorder: () => Recorder;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface UpdateReport extends OperationReport {
  readonly schema: 'hotnic.update/1';
  readonly domain: string;
  readonly nic: { readonly alias: string | null; readonly mac: string | null };
  readonly plan: readonly { readonly step: string; readonly describe: string }[];
}

/**
 * Changes a NIC in place: link state, source, bandwidth. Each definition is changed with XML made from its own, the
 * running one first; when a later half fails, the earlier is put back as it was.
 * @throws HotnicError for what is found wrong before anything is changed
 */
export async function update(options: UpdateOptions): Promise<UpdateReport> {
  const { hypervisor } = options;
  const domain = await findDomain(hypervisor.act, options.domain);
  await using lock = options.dryRun ? null : await exclusively(domain, 'update', options);
  const view = await viewDomain(domain);
  const wanted = resolveAffect(options.affect, view);
  const answer = { probe: null, state: 'not-asked', why: 'not needed' } as const;
  const { nics } = await readNics(view, hypervisor.host, answer, options.signal);
  const nic = selectNic(
    nics.map((one) => one.nic),
    options.nic,
    view.name,
  );
  const affect = requireThere(nic, wanted, options.affect, view.name);
  const changes = { ...options.changes, ...sourceChange(nic, options.source) };
  const halves: Half[] = [
    ...(affect.live ? (['live'] as const) : []),
    ...(affect.config ? (['config'] as const) : []),
  ];
  const steps: Step[] = halves.map((half) => changeStep(view, nic, half, changes));
  const plan: Plan = {
    title: `update ${nameOf(nic)} of ${view.name}`,
    operation: 'update',
    subject: view.name,
    steps,
    request: asJson(updateRequest(view, nic, halves, changes, hypervisor)),
  };
  const base = {
    schema: 'hotnic.update/1' as const,
    domain: view.name,
    nic: { alias: nic.alias, mac: nic.mac },
    plan: steps.map(({ name, describe }) => ({ step: name, describe })),
  };
  if (options.dryRun)
    return {
      ...base,
      ...dryRunReport(plan.title, []),
    };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  const result = await runPlan(plan, { recorder, signal: options.signal, progress: options.progress });
  const done = `${plan.title}: done in the ${halves.map((half) => (half === 'live' ? 'running' : 'persistent')).join(' and the ')} definition`;
  return { ...base, ...reportOf(result, recorder.runId, done, []) };
}

/** `--source` names another of the same kind. Throws HotnicError `source-unfit` (exit 2) where there is no such kind. */
function sourceChange(nic: Nic, name: string | null): Pick<InterfaceChanges, 'source'> {
  if (name === null) return {};
  const type = (nic.sightings.live ?? nic.sightings.config)?.facts['type'];
  if (type === 'network') return { source: { type, network: name } };
  if (type === 'bridge') return { source: { type, bridge: name } };
  if (type === 'direct') return { source: { type, dev: name } };
  throw usageError(
    'source-unfit',
    `a NIC of type ${String(type)} has no source that can be changed`,
    'detach it and attach another',
  );
}

function nameOf(nic: Nic): string {
  return nic.alias ?? nic.mac ?? 'a NIC';
}
