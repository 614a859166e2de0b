import type { Hypervisor } from '../../hypervisor/open.js';
import {
  readFunctionState,
  readHostTraffic,
  readNetworkFunctions,
  type NetworkFunction,
} from '../../hypervisor/pci/index.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { runPlan, type Plan, type Progress, type Recorder } from '../../plan/index.js';
import type { World } from '../acts/act.js';
import { actStep } from '../acts/act-step.js';
import { hostWorld } from '../acts/host-world.js';
import { saveFunction, type Belongings } from '../acts/function-saved.js';
import { exclusively } from '../recovery/exclusive.js';
import { asJson, functionsRequestFor } from '../recovery/request.js';
import { dryRunReport, reportOf, type OperationReport } from '../shared/report.js';
import { deviceAddress, functionAt } from './device-name.js';
import { readNodedevFacts, type NodedevFacts } from './facts.js';
import { groupOf } from './group.js';
import { refuseCarrying, refuseUsed, refuseUsedVfs, type Force } from './guards.js';
import { doneText } from './done-text.js';
import { plannedActs, type NodedevOperation, type PlannedActs } from './planned-acts.js';
import { savedOf } from './saved-state.js';

export interface NodedevOptions {
  readonly hypervisor: Hypervisor;
  readonly operation: NodedevOperation;
  /** The function, as a person names it. */
  readonly device: string;
  /** All functions of its IOMMU group. */
  readonly wholeGroup: boolean;
  readonly force: Force;
  /** The one way to reset that is wanted, a word of sysfs' `reset_method`; null: the kernel's order. */
  readonly resetMethod: string | null;
  /** How long each step may take, in ms. */
  readonly timeoutMs: number;
  /** How long to wait for another hotnic that changes the same function, in ms. */
  readonly lockWaitMs?: number;
  /** Where the journal is: half-done runs, and what a detach has saved, are looked for there. */
  readonly stateDir?: string;
  readonly dryRun: boolean;
  readonly recorder: () => Recorder;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface NodedevReport extends OperationReport {
  readonly schema: 'hotnic.nodedev/1';
  readonly operation: NodedevOperation;
  /** How each function was, and is now. */
  readonly functions: readonly FunctionReport[];
  readonly plan: readonly { readonly step: string; readonly describe: string }[];
}

export interface FunctionReport {
  readonly address: PciAddress;
  readonly iommuGroup: number | null;
  readonly before: { readonly driver: string | null; readonly netdevs: readonly string[] };
  /** Null in a dry run, and where it is gone. */
  readonly after: { readonly driver: string | null; readonly netdevs: readonly string[] } | null;
}

/**
 * Detaches, resets, reattaches or recovers a PCI function of the host, or its whole IOMMU group.
 * @throws HotnicError for what is found wrong before anything is changed
 */
export async function changeNodedev(options: NodedevOptions): Promise<NodedevReport> {
  const { hypervisor, operation, dryRun, signal, progress } = options;
  // Who is changed has to be known before they are locked, and everything about them only then.
  const locked = (await membersNow(options, false)).members.flatMap(withVfs);
  await using lock = dryRun
    ? null
    : await exclusively({ functions: locked }, `nodedev ${operation}`, options);
  const { facts, members } = await membersNow(options, true);
  await refuse(members, facts, options);
  const world = hostWorld(hypervisor, options.timeoutMs);
  const planned = await plan(members, facts, world, options);
  const steps = planned.acts.map((act) => actStep(act, world));
  const title = `${operation} ${members.map(({ address }) => address).join(', ')}`;
  const base = {
    schema: 'hotnic.nodedev/1' as const,
    operation,
    plan: steps.map(({ name, describe }) => ({ step: name, describe })),
  };
  if (dryRun)
    return {
      ...base,
      functions: members.map((one) => functionReport(one, null)),
      ...dryRunReport(title, planned.warnings),
    };
  const recorder = options.recorder();
  lock?.setRun(recorder.runId);
  const request = asJson(functionsRequestFor(hypervisor, locked));
  const made: Plan = { title, operation: `nodedev ${operation}`, subject: title, steps, request };
  const result = await runPlan(made, { recorder, signal, progress });
  const after = await Promise.all(members.map(({ address }) => stateAfter(hypervisor, address)));
  const functions = members.map((one, index) => functionReport(one, after[index] ?? null));
  const done = doneText(operation, functions, result.outputs);
  return { ...base, functions, ...reportOf(result, recorder.runId, done, planned.warnings) };
}

interface Members {
  readonly facts: NodedevFacts;
  readonly members: readonly NetworkFunction[];
}

async function membersNow(
  { hypervisor, device, operation, wholeGroup, signal }: NodedevOptions,
  users: boolean,
): Promise<Members> {
  const parsed = parsePciAddress(device);
  const named = parsed === null ? [] : [parsed];
  const facts: NodedevFacts = users
    ? await readNodedevFacts(hypervisor, { named, overrides: false, signal })
    : { ...(await readNetworkFunctions(hypervisor.host, { named, ...BARE, signal })), ...UNASKED };
  const one = functionAt(deviceAddress(device, facts), facts);
  // A reset alone gives nothing away: a group shared with others says nothing against it.
  if (operation === 'reset' && !wholeGroup) return { facts, members: [one] };
  return { facts, members: groupOf(one, facts, wholeGroup) };
}

const BARE = { overrides: false, holders: false } as const;
const UNASKED: Pick<NodedevFacts, 'claims' | 'unreadable'> = { claims: new Map(), unreadable: [] };

async function refuse(
  members: readonly NetworkFunction[],
  facts: NodedevFacts,
  { operation, hypervisor, force, signal }: NodedevOptions,
): Promise<void> {
  for (const one of members) refuseUsed(one, facts);
  if (operation === 'reattach') return;
  for (const one of members) refuseUsedVfs(one, facts);
  if (members.every(({ netdevs }) => netdevs.length === 0)) return;
  const traffic = await readHostTraffic(hypervisor.host, { signal });
  for (const one of members) refuseCarrying(one, traffic, force);
}

async function plan(
  members: readonly NetworkFunction[],
  { all }: NodedevFacts,
  world: World,
  { operation, resetMethod, stateDir, signal }: NodedevOptions,
): Promise<PlannedActs> {
  const belongings = new Map<PciAddress, Belongings | null>();
  if (operation === 'reattach' || operation === 'recover')
    for (const one of members) belongings.set(one.address, await belongingsOf(one, world, stateDir, signal));
  return plannedActs({
    operation,
    members,
    all,
    belongings: ({ address }) => belongings.get(address) ?? null,
    method: resetMethod,
  });
}

/** What it has now, or where it is given away what it had before that. */
async function belongingsOf(
  one: NetworkFunction,
  world: World,
  stateDir: string | undefined,
  signal: AbortSignal,
): Promise<Belongings | null> {
  const state = await readFunctionState(world.hypervisor.host, one.address, { signal });
  const vfs = (one.physical?.vfs ?? []).filter((vf) => vf !== null);
  const now = await saveFunction(world, state, vfs, signal);
  if (now.netdevs.length > 0 || stateDir === undefined) return now;
  return await savedOf(stateDir, one.address);
}

function withVfs({ address, physical }: NetworkFunction): readonly PciAddress[] {
  return [address, ...(physical?.vfs ?? []).filter((vf) => vf !== null)];
}

async function stateAfter({ host }: Hypervisor, address: PciAddress): Promise<FunctionReport['after']> {
  const { there, driver, netdevs } = await readFunctionState(host, address);
  return there ? { driver, netdevs } : null;
}

function functionReport(one: NetworkFunction, after: FunctionReport['after']): FunctionReport {
  return {
    address: one.address,
    iommuGroup: one.iommuGroup?.number ?? null,
    before: { driver: one.driver, netdevs: one.netdevs.map(({ name }) => name) },
    after,
  };
}
