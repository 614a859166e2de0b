import type { Domain } from 'node-libvirt';
import { usageError } from '../../errors/hotnic-error.js';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { readHostTraffic, type NetworkFunction } from '../../hypervisor/pci/index.js';
import type { Lock } from '../../lock/index.js';
import { runPlan, type Plan, type Step } from '../../plan/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { hotplugKind } from '../../xml/slots.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import { functionTemplate, renderInterface } from '../../xml/template.js';
import { validateInterface } from '../../xml/validate.js';
import { actStep } from '../acts/act-step.js';
import type { PlannedAct } from '../acts/act.js';
import type { AttachOptions, AttachReport } from '../attach/attach.js';
import { chooseSlot } from '../attach/choose-slot.js';
import { freshAttachState } from '../attach/state.js';
import { openGuest, type GuestSession } from '../guest-session.js';
import { refuseCarrying, refuseUsed, refuseUsedVfs } from '../nodedev/guards.js';
import { readNodedevFacts } from '../nodedev/facts.js';
import { groupOf } from '../nodedev/group.js';
import { plannedActs } from '../nodedev/planned-acts.js';
import { exclusively } from '../recovery/exclusive.js';
import { actsRequestFor, asJson } from '../recovery/request.js';
import { resolveAffect, type Affect } from '../shared/affect.js';
import { dryRunReport, reportOf } from '../shared/report.js';
import { hostWorld } from '../acts/host-world.js';
import { functionOf } from './choose-vf.js';
import { proveFunctionSteps } from './prove-function.js';
import { noFunction, refusal } from './refusals.js';

/** What it takes to give a whole function to a domain, beside what any attach takes. */
export interface FunctionOptions extends AttachOptions {
  readonly spec: InterfaceSpec & { readonly hostdev: PciAddress };
}

/**
 * Gives a whole PCI function to a domain: a PF, or a NIC without SR-IOV. It is taken from the host first, with the guards
 * of `nodedev detach`, and what it had on the host (addresses, routes, VFs) is kept for when it comes back.
 * @throws HotnicError for what is found wrong before anything is changed
 */
export async function attachFunction(
  options: FunctionOptions,
  domain: Domain,
  lock: Lock | null,
): Promise<AttachReport> {
  const { hypervisor, spec, signal, dryRun } = options;
  refuseUnfit(options);
  const address = spec.hostdev;
  const view = await viewDomain(domain);
  const affect = resolveAffect(options.affect, view);
  const { members } = await membersOf(options);
  await using functionLock = dryRun
    ? null
    : await exclusively({ functions: members.map((one) => one.address) }, 'attach', options);
  if (affect.live) await refuseInUse(members, options);
  const slot = chooseSlot(view, affect, spec);
  const { xml } = await renderInterface(
    { ...spec, managed: spec.managed ?? true, ...(slot.pciAddress === null ? {} : { pci: slot.pciAddress }) },
    { template: options.template ?? functionTemplate() },
  );
  const { by, problems } = await validateInterface(xml);
  const warnings = problems.map((problem) => `the XML does not fit ${by}: ${problem}`);
  const state = freshAttachState();
  await using guest = await guestOf(options, view, affect, warnings);
  const world = hostWorld(hypervisor, options.timeoutMs);
  const acts = [...(affect.live ? detachActs(members) : []), ...addActs(address, xml, view, affect)];
  const steps: readonly Step[] = [
    ...acts.map((act) => actStep(act, world)),
    ...proveFunctionSteps({ address, view, affect, state, guest, path: slot.pciPath }, options),
  ];
  const title = `attach ${address} to ${view.name}`;
  const base = {
    schema: 'hotnic.attach/1' as const,
    domain: view.name,
    mac: members.find((one) => one.address === address)?.netdevs[0]?.mac ?? '',
    pciPath: slot.pciPath,
    xml,
    checkedBy: by === 'schema' ? 'libvirt’s schema' : 'structural checks',
    plan: steps.map(({ name, describe }) => ({ step: name, describe })),
    proof: state.proof,
    vf: null,
  };
  if (dryRun) return { ...base, ...dryRunReport(title, warnings) };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  functionLock?.setRun(recorder.runId);
  recorder.guestClock?.(guest?.probe.clock.wallOffsetMs ?? null);
  const request = asJson(actsRequestFor(hypervisor, view));
  const plan: Plan = { title, operation: 'attach', subject: view.name, steps, request };
  const result = await runPlan(plan, { recorder, signal, progress: options.progress });
  const inGuest =
    state.proof.guest === 'there'
      ? `${state.proof.guestName ?? ''} (${state.proof.driver ?? 'no driver'}) in the guest`
      : 'the guest was not asked';
  const done = `${title}: ${state.proof.alias ?? 'attached'}, ${inGuest}`;
  return { ...base, ...reportOf(result, recorder.runId, done, [...warnings, ...state.warnings]) };
}

/** A function brings its own MAC, and nothing stands between it and the wire. */
function refuseUnfit({ spec, vf }: FunctionOptions): void {
  const asked = [
    spec.mac === undefined ? null : '--mac',
    spec.vlan === undefined ? null : '--vlan',
    Object.keys(vf?.settings ?? {}).length === 0 ? null : 'settings of a VF',
    spec.teaming === undefined ? null : '--teaming',
  ].find((one) => one !== null);
  if (asked === undefined) return;
  throw usageError(
    'hostdev-whole',
    `${spec.hostdev} is no VF: ${asked} cannot be set for it`,
    'leave it out: the guest gets the function with its own MAC and sets the rest itself; or take a VF with --vf',
  );
}

async function membersOf({
  hypervisor,
  spec,
  wholeGroup,
  signal,
}: FunctionOptions): Promise<{ readonly members: readonly NetworkFunction[] }> {
  const facts = await readNodedevFacts(hypervisor, { named: [spec.hostdev], overrides: false, signal });
  const one = functionOf(facts, spec.hostdev);
  if (!one) throw noFunction(spec.hostdev);
  if (one.class >> 16 !== NETWORK_CLASS)
    throw refusal(
      'not-a-nic',
      `${one.address} is no network function`,
      `virsh attach-device gives other devices to a guest`,
      `its class is 0x${one.class.toString(16).padStart(6, '0')}`,
    );
  return { members: groupOf(one, facts, wholeGroup === true) };
}

const NETWORK_CLASS = 0x02;

async function refuseInUse(members: readonly NetworkFunction[], options: FunctionOptions): Promise<void> {
  const { hypervisor, signal, force } = options;
  const facts = await readNodedevFacts(hypervisor, {
    named: members.map(({ address }) => address),
    overrides: false,
    signal,
  });
  for (const one of members) refuseUsed(one, facts);
  for (const one of members) refuseUsedVfs(one, facts);
  const traffic = await readHostTraffic(hypervisor.host, { signal });
  for (const one of members) refuseCarrying(one, traffic, { addresses: force, defaultRoute: false });
}

function detachActs(members: readonly NetworkFunction[]): readonly PlannedAct[] {
  return plannedActs({
    operation: 'detach',
    members,
    all: new Map(),
    belongings: () => null,
    method: null,
  }).acts;
}

function addActs(address: PciAddress, xml: string, view: DomainView, affect: Affect): readonly PlannedAct[] {
  const slot = view.live ? hotplugKind(view.live).kind : 'unknown';
  const halves = (['live', 'config'] as const).filter((half) => affect[half]);
  return halves.map((half) => ({
    act: 'hostdev-add',
    input: { domain: view.name, uuid: view.uuid, half, function: address, xml, slot },
  }));
}

async function guestOf(
  { guest, signal, progress }: FunctionOptions,
  view: DomainView,
  affect: Affect,
  warnings: string[],
): Promise<GuestSession | null> {
  if (!affect.live) return null;
  if (guest === null || view.paused) {
    warnings.push('the guest is not asked: whether it takes the function is not known');
    return null;
  }
  progress.info(`asking the guest at ${guest.label}`);
  return await openGuest(guest, signal);
}
