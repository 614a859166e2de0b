import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import { findDomain, viewDomain } from '../../hypervisor/domain-view.js';
import { awaitArrival } from '../../guest/await-evidence.js';
import { runPlan, type Plan, type Step } from '../../plan/index.js';
import type { PciPath } from '../../nic/pci-address.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import { renderInterface } from '../../xml/template.js';
import { actStep } from '../acts/act-step.js';
import type { PlannedAct } from '../acts/act.js';
import type { AttachOptions, AttachReport } from '../attach/attach.js';
import { chooseSlot } from '../attach/choose-slot.js';
import { prepareAttach, type PreparedAttach } from '../attach/prepare.js';
import { exclusively } from '../recovery/exclusive.js';
import { actsRequestFor, asJson } from '../recovery/request.js';
import { dryRunReport, reportOf } from '../shared/report.js';
import { hostWorld } from '../acts/host-world.js';
import { vfReportOf } from './attach-steps.js';
import { PLAIN_VF, prepareVf } from './prepare-vf.js';

/** A failover pair: the NIC of `spec` stays, the VF of `failoverVf` passes. */
export interface PairOptions extends AttachOptions {
  readonly failoverVf: { readonly pf: string; readonly index?: number | undefined };
}

/**
 * Gives a domain a failover pair as one operation: a virtio NIC that stays, and a VF with the same MAC that may come and
 * go (for a migration, or for work on the host). Both or none: where the second cannot be had, the first is taken out.
 * @throws HotnicError `pair-unfit` (exit 2), and what attaching either throws
 */
export async function attachPair(options: PairOptions): Promise<AttachReport> {
  const { hypervisor, signal, dryRun } = options;
  const staying = stayingSpec(options);
  const domain = await findDomain(hypervisor.act, options.domain);
  await using lock = dryRun ? null : await exclusively(domain, 'attach', options);
  const passing: InterfaceSpec = { type: 'hostdev', vf: options.failoverVf, managed: true };
  await using vf = await prepareVf(passing, options.vf ?? PLAIN_VF, options);
  await using prepared = await prepareAttach({ ...options, spec: staying }, domain);
  const { view, affect, mac, state, slotKind } = prepared;
  const slot = chooseSlot(
    view,
    affect,
    vf.spec,
    new Set(prepared.pciAddress === null ? [] : [prepared.pciAddress]),
  );
  const { xml } = await renderInterface({
    ...vf.spec,
    mac,
    teaming: { type: 'transient', persistent: staying.alias ?? '' },
    ...(slot.pciAddress === null ? {} : { pci: slot.pciAddress }),
  });
  const halves = (['live', 'config'] as const).filter((half) => affect[half]);
  const adds = (text: string): readonly PlannedAct[] =>
    halves.map((half) => ({
      act: 'definition-add',
      input: { domain: view.name, uuid: view.uuid, half, xml: text, slot: slotKind },
    }));
  const world = hostWorld(hypervisor, options.timeoutMs);
  const acts = [...vf.acts(mac, affect), ...adds(prepared.xml), ...adds(xml)];
  const steps: readonly Step[] = [
    ...acts.map((act) => actStep(act, world)),
    ...(affect.live ? [proveStep(prepared, slot.pciPath, options)] : []),
  ];
  const title = `attach the failover pair ${mac} (${staying.alias ?? ''} and VF ${vf.place.index} of ${vf.pfNetdev}) to ${view.name}`;
  const base = {
    schema: 'hotnic.attach/1' as const,
    domain: view.name,
    mac,
    pciPath: prepared.pciPath,
    xml: `${prepared.xml}${xml}`,
    checkedBy: prepared.checkedBy,
    plan: steps.map(({ name, describe }) => ({ step: name, describe })),
    proof: state.proof,
    vf: vfReportOf(vf),
  };
  if (dryRun)
    return {
      ...base,
      ...dryRunReport(title, prepared.warnings),
    };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  recorder.guestClock?.(state.guest?.probe.clock.wallOffsetMs ?? null);
  const request = asJson(actsRequestFor(hypervisor, view));
  const plan: Plan = { title, operation: 'attach', subject: view.name, steps, request };
  const result = await runPlan(plan, { recorder, signal, progress: options.progress });
  if (result.outcome === 'done') await readBack(prepared, staying.alias ?? '');
  return {
    ...base,
    ...reportOf(result, recorder.runId, `${title}: done`, [...prepared.warnings, ...state.warnings]),
  };
}

/** The half that stays has an alias of ours, by which the other names it. */
function stayingSpec({ spec }: PairOptions): InterfaceSpec {
  if (spec.type === 'hostdev' || (spec.model ?? 'virtio') !== 'virtio')
    throw usageError(
      'pair-unfit',
      'the half of a failover pair that stays is a virtio NIC',
      'hotnic attach DOMAIN --network default --failover-vf PF',
    );
  const name = crypto.randomUUID().slice(0, 8);
  return {
    ...spec,
    model: 'virtio',
    alias: spec.alias ?? `ua-pair-${name}`,
    teaming: { type: 'persistent' },
  };
}

/** The guest has both: QEMU shows it the VF only once its virtio driver has agreed to failover. */
function proveStep(
  { state, view, pciPath }: PreparedAttach,
  vfPath: PciPath | null,
  { timeoutMs, keep }: PairOptions,
): Step {
  return {
    name: 'prove-guest',
    describe: state.guest ? 'wait for the guest: the virtio half, then the VF' : 'the guest is not asked',
    changes: false,
    onInterrupt: 'keep',
    async run({ signal }) {
      const { guest, proof } = state;
      proof.guest = 'not-asked';
      if (!guest || pciPath === null || vfPath === null) return { guest: 'not asked' };
      const watch = await guest.watch(signal);
      const deadlineMs = Date.now() + timeoutMs;
      for (const [what, path] of [['virtio half', pciPath] as const, ['VF', vfPath] as const]) {
        const {
          outcome,
          missing,
          state: arrival,
        } = await awaitArrival(watch, { pciPath: path }, { deadlineMs, signal });
        if (outcome !== 'seen' && !keep)
          throw new HotnicError(
            'guest-blind',
            `${view.name} does not show the ${what}: ${missing.join(', ')}`,
            {
              why: 'a guest that has no net_failover, or whose virtio driver does not agree to it, is never shown the VF',
              next: 'in the guest: modprobe net_failover, modinfo for the VF’s driver; hotnic attach … --keep leaves the pair',
            },
          );
        if (what === 'virtio half') proof.guestName = arrival.name;
      }
      proof.guest = 'there';
      return { name: proof.guestName };
    },
  };
}

/** What the report says of the definitions, as they are now. */
async function readBack({ view, state, affect }: PreparedAttach, alias: string): Promise<void> {
  const now = await viewDomain(view.domain);
  const there = (half: 'live' | 'config') =>
    affect[half] && now[half]?.interfaces.some((nic) => nic.alias === alias) === true
      ? ('there' as const)
      : null;
  state.proof.live = there('live');
  state.proof.config = there('config');
  state.proof.alias = state.proof.live === null ? null : alias;
  state.proof.provedAt = Date.now();
}
