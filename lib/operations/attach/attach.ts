import { findDomain, viewDomain } from '../../hypervisor/domain-view.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import { runPlan, type Plan, type Progress, type Recorder } from '../../plan/index.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import type { GuestAccess } from '../guest-session.js';
import { exclusively } from '../recovery/exclusive.js';
import { asJson } from '../recovery/request.js';
import { joinedTo } from '../passthrough/failover.js';
import { attachFunction } from '../passthrough/attach-function.js';
import { isWholeFunction } from '../passthrough/whole-function.js';
import { PLAIN_VF, prepareVf, type VfRequest } from '../passthrough/prepare-vf.js';
import { vfReportOf, vfSteps, type VfReport } from '../passthrough/attach-steps.js';
import type { AffectWords } from '../shared/affect.js';
import { dryRunReport, reportOf, type OperationReport } from '../shared/report.js';
import { prepareAttach } from './prepare.js';
import { attachRequest } from './request.js';
import type { AttachProof } from './state.js';
import { attachSteps } from './steps.js';

export interface AttachOptions {
  readonly hypervisor: Hypervisor;
  readonly domain: string;
  readonly spec: InterfaceSpec;
  /** Path of the user's own template; hotnic's template for the type without it. */
  readonly template?: string;
  /** For a VF: its settings on the PF, and whether VFs are made. */
  readonly vf?: VfRequest;
  /** For a function that is no VF: take the others of its IOMMU group from the host too. */
  readonly wholeGroup?: boolean;
  /** For a VF: the alias of the virtio NIC that it makes a failover pair with; it gets that NIC's MAC. */
  readonly failoverOf?: string;
  readonly affect: AffectWords;
  /** Null: the guest is not asked (`--guest-channel none`). */
  readonly guest: GuestAccess | null;
  /** Wait until the guest has an address on the NIC. */
  readonly waitIp: boolean;
  /** Leave the NIC attached though the guest does not show it. */
  readonly keep: boolean;
  /** Attach though the guest is not ready, or the MAC is taken. */
  readonly force: boolean;
  /** Mark it as meant to be in the running definition alone: no scan takes it for a ghost. Default false. */
  readonly allowLiveOnly?: boolean;
  /** How long to watch whether the NIC stays, in ms; null: as the slot and the guest's state need it. */
  readonly settleMs: number | null;
  readonly timeoutMs: number;
  /** How long to wait for another hotnic that changes the domain, in ms; default 30 s. */
  readonly lockWaitMs?: number;
  /** Where the journal is: half-done runs are looked for there; without it they are not. */
  readonly stateDir?: string;
  readonly dryRun: boolean;
  readonly recorder: () => Recorder;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface AttachReport extends OperationReport {
  readonly schema: 'hotnic.attach/1';
  readonly domain: string;
  /** Of a whole function the one that its netdev had on the host; empty where it had none. */
  readonly mac: string;
  readonly pciPath: string | null;
  readonly xml: string;
  /** By what the XML was checked: libvirt's own schema, or hotnic's structural checks. */
  readonly checkedBy: string;
  readonly plan: readonly { readonly step: string; readonly describe: string }[];
  readonly proof: AttachProof;
  /** The VF that it is; null for any other NIC. */
  readonly vf: VfReport | null;
}

/**
 * Puts a NIC into a domain and proves that it is there: both definitions, the host's kernel, and in the guest its PCI
 * function, driver, netdev with its final name, and link. If the guest does not show it, it is taken out again.
 * @throws HotnicError for what is found wrong before anything is changed
 */
export async function attach(options: AttachOptions): Promise<AttachReport> {
  const domain = await findDomain(options.hypervisor.act, options.domain);
  await using lock = options.dryRun ? null : await exclusively(domain, 'attach', options);
  const spec =
    options.failoverOf === undefined
      ? options.spec
      : joinedTo(await viewDomain(domain), options.spec, options.failoverOf, options.affect);
  if (spec.hostdev !== undefined && (await isWholeFunction(options.hypervisor, spec, options.signal)))
    return await attachFunction({ ...options, spec: { ...spec, hostdev: spec.hostdev } }, domain, lock);
  await using vf = spec.type === 'hostdev' ? await prepareVf(spec, options.vf ?? PLAIN_VF, options) : null;
  await using prepared = await prepareAttach(vf ? { ...options, spec: vf.spec } : options, domain);
  const { state, view, mac } = prepared;
  const own = attachSteps(prepared, options);
  const steps = vf ? vfSteps(own, vf, prepared, options) : own;
  const plan: Plan = {
    title: `attach ${mac} to ${view.name}`,
    operation: 'attach',
    subject: view.name,
    steps,
    request: asJson(attachRequest(prepared, options)),
  };
  const base = {
    schema: 'hotnic.attach/1' as const,
    domain: view.name,
    mac,
    pciPath: prepared.pciPath,
    xml: prepared.xml,
    checkedBy: prepared.checkedBy,
    plan: steps.map(({ name, describe }) => ({ step: name, describe })),
    proof: state.proof,
    vf: vf && vfReportOf(vf),
  };
  if (options.dryRun)
    return {
      ...base,
      ...dryRunReport(plan.title, prepared.warnings),
    };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  recorder.guestClock?.(state.guest?.probe.clock.wallOffsetMs ?? null);
  const result = await runPlan(plan, { recorder, signal: options.signal, progress: options.progress });
  return {
    ...base,
    ...reportOf(result, recorder.runId, doneText(plan.title, state.proof), [
      ...prepared.warnings,
      ...state.warnings,
    ]),
  };
}

function doneText(
  title: string,
  { alias, target, guestName, driver, link, addresses, guest }: AttachProof,
): string {
  const host = target === null ? '' : `, ${target} on the host`;
  const inGuest =
    guest === 'there'
      ? `, ${guestName ?? ''} (${driver ?? 'no driver'}, link ${link ?? 'unknown'}) in the guest`
      : ', the guest was not asked';
  return `${title}: ${alias ?? 'attached'}${host}${inGuest}${addresses.length > 0 ? ` with ${addresses.join(', ')}` : ''}`;
}
