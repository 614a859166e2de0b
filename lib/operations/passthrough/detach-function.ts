import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import type { Domain } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { NetworkFunction } from '../../hypervisor/pci/index.js';
import { isVfioDriver } from '../../hypervisor/pci/index.js';
import type { Lock } from '../../lock/index.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { runPlan, type Plan, type Step } from '../../plan/index.js';
import type { HostdevXml } from '../../xml/domain.js';
import { hotplugKind } from '../../xml/slots.js';
import { actStep } from '../acts/act-step.js';
import type { Belongings } from '../acts/function-saved.js';
import type { PlannedAct, World } from '../acts/act.js';
import type { DetachOptions, DetachReport } from '../detach/detach.js';
import { freshDetachState, type DetachState } from '../detach/state.js';
import { readNodedevFacts, usersOf } from '../nodedev/facts.js';
import { plannedActs } from '../nodedev/planned-acts.js';
import { savedOf } from '../nodedev/saved-state.js';
import { exclusively } from '../recovery/exclusive.js';
import { actsRequestFor, asJson } from '../recovery/request.js';
import { resolveAffect, type Affect } from '../shared/affect.js';
import { dryRunReport, reportOf } from '../shared/report.js';
import { hostWorld } from '../acts/host-world.js';
import { functionOf } from './choose-vf.js';

/** A whole function of the host in the definitions of a domain. */
export interface WholeFunction {
  readonly view: DomainView;
  readonly address: PciAddress;
  readonly live: HostdevXml | null;
  readonly config: HostdevXml | null;
}

/**
 * Finds the `<hostdev>` that a person named: by its alias, by the host's address or by the guest's. Null where there is
 * none, or an interface goes by that too: then that one is meant.
 */
export async function findWholeFunction(domain: Domain, text: string): Promise<WholeFunction | null> {
  const pci = parsePciAddress(text);
  if (pci === null && !/^(hostdev\d+|ua-[\w.-]+)$/.test(text)) return null;
  const view = await viewDomain(domain);
  const fits = (one: { alias: string | null; pciAddress: PciAddress | null }) =>
    one.alias === text || (pci !== null && one.pciAddress === pci);
  const halves = [view.live, view.config];
  if (
    halves.some((half) =>
      half?.interfaces.some((nic) => fits(nic) || (pci !== null && nic.hostdevSource === pci)),
    )
  )
    return null;
  const named = halves.flatMap((half) =>
    (half?.hostdevs ?? []).filter((one) => fits(one) || (pci !== null && one.function === pci)),
  );
  const address = named[0]?.function ?? null;
  if (address === null) return null;
  const own = (half: DomainView['live']) => half?.hostdevs.find((one) => one.function === address) ?? null;
  return { view, address, live: own(view.live), config: own(view.config) };
}

/**
 * Takes a whole function out of a domain, and gives it back to the host: its driver, its netdev, and what `attach` had
 * kept of it. The other functions of its group that hotnic took from the host for it come back too.
 * @throws HotnicError for what is found wrong before anything is changed
 */
export async function detachFunction(
  options: DetachOptions,
  whole: WholeFunction,
  lock: Lock | null,
): Promise<DetachReport> {
  const { hypervisor, signal, dryRun } = options;
  const { view, address } = whole;
  const affect = affectOf(whole, options);
  const returning = affect.live ? await returningWith(whole, options) : [];
  await using functionLock = dryRun
    ? null
    : await exclusively({ functions: [address, ...returning.map((one) => one.address)] }, 'detach', options);
  const world = hostWorld(hypervisor, options.timeoutMs);
  const state = freshDetachState();
  const steps: readonly Step[] = [
    ...removeActs(whole, affect).map((act) => finishing(act, world)),
    ...(await returnActs(returning, options)).map((act) => finishing(act, world)),
    proveStep(whole, affect, state),
  ];
  const title = `detach ${address} from ${view.name}`;
  const warnings =
    options.guest === null ? [] : ['the guest is not asked: a whole function is known by its place alone'];
  const base = {
    schema: 'hotnic.detach/1' as const,
    domain: view.name,
    nic: {
      alias: whole.live?.alias ?? null,
      mac: null,
      target: null,
      guestName: null,
      pciPath: whole.live?.pciAddress == null ? null : (view.live?.pciPathOf(whole.live.pciAddress) ?? null),
    },
    plan: steps.map(({ name, describe }) => ({ step: name, describe })),
    proof: state.proof,
  };
  if (dryRun)
    return {
      ...base,
      ...dryRunReport(title, warnings),
    };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  functionLock?.setRun(recorder.runId);
  const request = asJson(actsRequestFor(hypervisor, view));
  const plan: Plan = { title, operation: 'detach', subject: view.name, steps, request };
  const result = await runPlan(plan, { recorder, signal, progress: options.progress });
  const home =
    returning.length === 0 ? '' : `; ${returning.map((one) => one.address).join(', ')} back on the host`;
  return { ...base, ...reportOf(result, recorder.runId, `${title}: gone${home}`, warnings) };
}

function affectOf({ view, live, config, address }: WholeFunction, { affect: words }: DetachOptions): Affect {
  const wanted = resolveAffect(words, view);
  const affect = { live: wanted.live && live !== null, config: wanted.config && config !== null };
  if (affect.live || affect.config) return affect;
  throw new HotnicError(
    'nic-not-there',
    `${address} is not in the definition of ${view.name} that was named`,
    {
      state: 'nothing was changed',
      next: `hotnic list ${view.name} shows where it is`,
    },
  );
}

/**
 * What comes back to the host with it: the function itself where libvirt manages it, and those of its group that are on
 * vfio-pci by hotnic's own hand and that nobody else uses.
 */
async function returningWith(
  { address, live }: WholeFunction,
  { hypervisor, stateDir, signal }: DetachOptions,
): Promise<readonly NetworkFunction[]> {
  const facts = await readNodedevFacts(hypervisor, { named: [address], overrides: false, signal });
  const one = functionOf(facts, address);
  if (!one) return [];
  const mates = (one.iommuGroup?.members ?? []).flatMap((member) =>
    member === address ? [] : (functionOf(facts, member) ?? []),
  );
  const ours: NetworkFunction[] = live?.managed === true ? [one] : [];
  for (const mate of mates) {
    const used = usersOf(mate, facts).running.length > 0;
    if (used || !isVfioDriver(mate.driver) || stateDir === undefined) continue;
    if ((await savedOf(stateDir, mate.address)) !== null) ours.push(mate);
  }
  return ours;
}

function removeActs({ view, address }: WholeFunction, affect: Affect): readonly PlannedAct[] {
  const slot = view.live ? hotplugKind(view.live).kind : 'unknown';
  return (['live', 'config'] as const)
    .filter((half) => affect[half])
    .map((half) => ({
      act: 'hostdev-remove',
      input: { domain: view.name, uuid: view.uuid, half, function: address, slot },
    }));
}

async function returnActs(
  members: readonly NetworkFunction[],
  { stateDir }: DetachOptions,
): Promise<readonly PlannedAct[]> {
  const belongings = new Map<PciAddress, Belongings | null>();
  for (const { address } of members)
    belongings.set(address, stateDir === undefined ? null : await savedOf(stateDir, address));
  return plannedActs({
    operation: 'reattach',
    members,
    all: new Map(),
    belongings: ({ address }) => belongings.get(address) ?? null,
    method: null,
  }).acts;
}

/** What a guest has let go is not given to it again because a later step fails; `hotnic journal undo` can. */
function finishing(planned: PlannedAct, world: World): Step {
  const made = actStep(planned, world);
  const { name, act = '', describe, input } = made;
  return {
    name,
    act,
    describe,
    ...(input === undefined ? {} : { input }),
    ...(planned.act === 'hostdev-remove' && isLive(planned) ? {} : { onInterrupt: 'finish' as const }),
    run: (context) => made.run(context),
    ...(made.confirm ? { confirm: (context) => made.confirm?.(context) ?? Promise.resolve() } : {}),
  };
}

function isLive({ input }: PlannedAct): boolean {
  return typeof input === 'object' && input !== null && 'half' in input && input.half === 'live';
}

function proveStep({ view, address }: WholeFunction, affect: Affect, state: DetachState): Step {
  return {
    name: 'prove-definitions',
    describe: 'read both definitions again: it is in none of them',
    changes: false,
    onInterrupt: 'finish',
    async run() {
      const now = await viewDomain(view.domain);
      for (const half of ['live', 'config'] as const) {
        if (!affect[half]) continue;
        const there = now[half]?.hostdevs.some((one) => one.function === address) === true;
        state.proof[half] = there ? 'there' : 'gone';
        if (there)
          throw new HotnicError('not-gone', `the ${half} definition of ${view.name} still has ${address}`, {
            next: `hotnic list ${view.name}`,
          });
      }
      state.proof.guest = 'not-asked';
      state.proof.provedAt = Date.now();
      return undefined;
    },
  };
}
