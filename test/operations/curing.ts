import { findDomain, viewDomain } from '../../lib/hypervisor/domain-view.js';
import type { Hypervisor } from '../../lib/hypervisor/open.js';
import { actStep } from '../../lib/operations/acts/act-step.js';
import type { PlannedAct, World } from '../../lib/operations/acts/act.js';
import { REMEDIES } from '../../lib/operations/ghosts/remedies/index.js';
import type { Cure } from '../../lib/operations/ghosts/remedy.js';
import type { DomainScan, Finding } from '../../lib/operations/ghosts/scan-types.js';
import type { GuestSession } from '../../lib/operations/guest-session.js';
import {
  judgeDomain,
  NOTHING_ELSE,
  readGuestPlanes,
  type GuestAnswer,
  type JudgeContext,
} from '../../lib/operations/read-nics.js';
import { runPlan, type PlanResult, type Recorder, type Step } from '../../lib/plan/index.js';
import type { GuestProbe } from '../../lib/guest/probe-types.js';
import { readLive } from '../../lib/planes/definition-planes.js';
import { readHost } from '../../lib/planes/host-plane.js';
import { readQemu } from '../../lib/planes/qemu-plane.js';

const signal = new AbortController().signal;

/** A world for acts that never ask a guest. */
export function actWorld(hypervisor: Hypervisor, timeoutMs = 2_000): World {
  const guest = (): Promise<GuestSession> => Promise.reject(new Error('this test asks no guest'));
  return { hypervisor, timeoutMs, guest };
}

/** Reads all planes of a domain, QEMU's too where `qemu`, and judges. */
export async function look(
  hypervisor: Hypervisor,
  domain: string,
  options: { qemu?: boolean; probe?: GuestProbe; context?: Partial<JudgeContext> } = {},
): Promise<DomainScan> {
  const { qemu = false, probe = null, context = {} } = options;
  const view = await viewDomain(await findDomain(await hypervisor.observe(), domain));
  const live = readLive(view);
  const guest: GuestAnswer = probe ? { probe } : { probe: null, state: 'not-asked', why: 'not asked' };
  const judged = await judgeDomain(view, live, {
    host: await readHost(live, hypervisor.host),
    guest,
    guestReadings: await readGuestPlanes(guest),
    ...(qemu ? { qemu: await readQemu(view) } : {}),
    context: { ...NOTHING_ELSE, ...context },
  });
  return { ...judged, view, probe };
}

/** The finding on the NIC that goes by this MAC, alias or name. */
export function findingOn(scan: DomainScan, name: string): Finding {
  const found = scan.nics.find(({ nic }) =>
    Object.values(nic.sightings).some((one) => [one.mac, one.alias, one.name].includes(name)),
  );
  if (!found) throw new Error(`nothing goes by ${name}`);
  return { domain: scan.domain, ...found };
}

/** The cures of a finding. */
export function cureFor(scan: DomainScan, finding: Finding): Cure {
  const host = { evidence: null, state: 'not-asked', leftovers: [] } as const;
  const cure = REMEDIES[finding.verdict.kind]?.(finding, scan, host);
  if (!cure) throw new Error(`no cure for ${finding.verdict.kind}`);
  return cure;
}

/** Runs acts as a plan; `fails` adds a last step that does, so that all are undone. */
export async function runActs(
  acts: readonly PlannedAct[],
  world: World,
  options: { fails?: boolean } = {},
): Promise<PlanResult> {
  const last: Step = { name: 'fails', describe: 'fails', run: () => Promise.reject(new Error('as told')) };
  const recorder: Recorder = { runId: 'test', record: () => undefined };
  const progress = { info: () => undefined, step: () => undefined, waiting: () => undefined };
  const steps = [...acts.map((one) => actStep(one, world)), ...(options.fails ? [last] : [])];
  const plan = { title: 'cure', operation: 'clean', subject: 'test', steps };
  return await runPlan(plan, { recorder, signal, progress });
}
