import { findDomain, viewDomain, type DomainView } from '../../../../lib/hypervisor/domain-view.js';
import type { Hypervisor } from '../../../../lib/hypervisor/open.js';
import { actStep } from '../../../../lib/operations/acts/act-step.js';
import type { PlannedAct, World } from '../../../../lib/operations/acts/act.js';
import { clean } from '../../../../lib/operations/ghosts/clean.js';
import { actsRequestFor, asJson, exclusively } from '../../../../lib/operations/recovery/index.js';
import { update } from '../../../../lib/operations/update/update.js';
import { reportOf, type OperationReport } from '../../../../lib/operations/shared/report.js';
import type { FindAccess } from '../../../../lib/operations/ghosts/guest-sessions.js';
import { runPlan, type Recorder } from '../../../../lib/plan/index.js';
import { serialize } from '../../../../lib/xml/serialize.js';
import { VERDICT_KINDS } from '../../../../lib/verdicts/index.js';
import { guestAccess } from '../lab.js';
import { attachNic, detachNic } from '../operations.js';
import type { CrashOrder } from './order.js';

/** What a changing operation is called with, in the process that is killed. */
export interface CrashCall {
  readonly hypervisor: Hypervisor;
  readonly stateDir: string;
  readonly recorder: () => Recorder & Disposable;
  readonly input: Readonly<Record<string, string>>;
  /** How guests are reached; default: directly. */
  readonly guest?: FindAccess;
  /** How long to wait for a proof, in ms. */
  readonly timeoutMs?: number;
}

/** What an operation reports to its caller. */
export interface Told extends Pick<OperationReport, 'exitCode' | 'summary' | 'details' | 'next'> {
  readonly outcome: string;
}

const SILENT = { info() {}, waiting() {}, step() {} };

/** The operations that the crash matrix kills, by name; each gives its report where it was not killed. */
export const OPERATIONS: Readonly<Record<CrashOrder['operation'], (call: CrashCall) => Promise<Told>>> = {
  attach: async ({ hypervisor, input, guest = guestAccess, ...more }) => {
    const { domain = '', mac = '' } = input;
    const nic = { type: 'user', model: 'virtio', mac };
    return await attachNic(hypervisor, domain, nic, { ...more, guest: guest(domain), settleMs: 0 });
  },
  detach: async ({ hypervisor, input, guest = guestAccess, ...more }) => {
    const { domain = '', mac = '' } = input;
    return await detachNic(hypervisor, domain, mac, { ...more, guest: guest(domain) });
  },
  update: async ({ input, ...more }) => {
    const { domain = '', mac = '', link = 'down' } = input;
    return await update({
      ...more,
      domain,
      nic: mac,
      changes: { link: link === 'down' ? 'down' : 'up' },
      source: null,
      affect: { live: false, config: false, current: false, persistent: false },
      dryRun: false,
      signal: new AbortController().signal,
      progress: SILENT,
    });
  },
  clean: async ({ hypervisor, stateDir, recorder, input, guest = guestAccess, timeoutMs = 30_000 }) => {
    const { domain = '', kind = '', nic = null, choose = null, qemu } = input;
    const { treatments, exitCode } = await clean({
      hypervisor,
      stateDir,
      openRun: recorder,
      domains: domain === '' ? [] : [domain],
      access: input['guest'] === 'none' ? null : guest,
      kinds: VERDICT_KINDS.filter((one) => one === kind),
      nic,
      choose: choose === null ? null : Number(choose),
      qemu: qemu === 'always' ? 'always' : 'never',
      maxRisk: 'data-path',
      releaseHolders: false,
      allowLiveOnly: false,
      removalRequests: () => Promise.resolve([]),
      apply: true,
      timeoutMs,
      lockWaitMs: 30_000,
      signal: new AbortController().signal,
      progress: SILENT,
    });
    const [one] = treatments;
    if (!one) throw new Error(`${input['nic'] ?? ''} is no ${kind}`);
    return { ...one, exitCode };
  },
  acts: async ({ hypervisor, stateDir, recorder, input }) => {
    const domain = await findDomain(hypervisor.act, input['domain'] ?? '');
    const signal = new AbortController().signal;
    await using lock = await exclusively(domain, 'acts', {
      hypervisor,
      stateDir,
      signal,
      progress: SILENT,
    });
    const view = await viewDomain(domain);
    const plan = {
      title: 'two acts',
      operation: 'clean',
      subject: view.name,
      steps: actsOf(view, input['mac'] ?? '').map((planned) => actStep(planned, worldOf(hypervisor))),
      request: asJson(actsRequestFor(hypervisor, view)),
    };
    const run = recorder();
    lock.setRun(run.runId);
    const result = await runPlan(plan, { recorder: run, signal, progress: SILENT });
    return reportOf(result, run.runId, plan.title, []);
  },
};

/** What acts reach; without `guest` no guest. */
export function worldOf(hypervisor: Hypervisor, guest?: World['guest']): World {
  const none = () => Promise.reject(new Error('no guest is asked here'));
  return { hypervisor, timeoutMs: 30_000, guest: guest ?? none };
}

/** Link down in the running definition, and out of the persistent one: a change of each kind that libvirt makes. */
function actsOf({ name, uuid, live, config }: DomainView, mac: string): readonly PlannedAct[] {
  const there = live?.interfaces.find((nic) => nic.mac === mac);
  const kept = config?.interfaces.find((nic) => nic.mac === mac);
  const head = { domain: name, uuid };
  return [
    { act: 'link-set', input: { ...head, alias: there?.alias ?? '', mac, state: 'down' } },
    {
      act: 'definition-remove',
      input: { ...head, half: 'config', xml: kept ? serialize(kept.element) : '', slot: 'acpi' },
    },
  ];
}
