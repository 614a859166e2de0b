import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { AffectFlags } from 'node-libvirt';
import { localChannel } from '../../../lib/channel/index.js';
import type { Channel } from '../../../lib/channel/channel.js';
import { viewDomain, findDomain } from '../../../lib/hypervisor/domain-view.js';
import { hostEvidence, readHostFacts } from '../../../lib/hypervisor/host/index.js';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import { probeGuest } from '../../../lib/guest/probe.js';
import { actStep } from '../../../lib/operations/acts/act-step.js';
import type { PlannedAct, World } from '../../../lib/operations/acts/act.js';
import { findHostLeftovers } from '../../../lib/operations/ghosts/host-leftovers.js';
import type { Cure } from '../../../lib/operations/ghosts/remedy.js';
import { REMEDIES } from '../../../lib/operations/ghosts/remedies/index.js';
import type { DomainScan, Finding, HostScan } from '../../../lib/operations/ghosts/scan-types.js';
import { NOTHING_ELSE, readNics } from '../../../lib/operations/read-nics.js';
import { runPlan, type PlanResult, type Step } from '../../../lib/plan/index.js';
import { openGuestChannel } from './lab.js';

const SILENT = { info() {}, waiting() {}, step() {} };

/** Runs a command in the lab's namespaces; throws where it fails. */
export function sh(command: string): string {
  return execFileSync('sh', ['-ec', command], { encoding: 'utf8' });
}

/** What acts reach; `host` stands in for the hypervisor's own channel where a test needs another environment. */
export function worldOf(hypervisor: Hypervisor, host: Channel = hypervisor.host): World {
  return {
    hypervisor: { ...hypervisor, act: hypervisor.act, observe: () => hypervisor.observe(), host },
    guest: () => Promise.reject(new Error('the test did not expect this')),
    timeoutMs: 10_000,
  };
}

/** A channel of this machine with a changed environment. */
export function hostWithEnv(env: NodeJS.ProcessEnv): Channel {
  return localChannel({ env: { ...process.env, ...env } });
}

/** What no domain owns. */
export async function leftovers(hypervisor: Hypervisor): Promise<readonly Finding[]> {
  return await findHostLeftovers({ hypervisor, facts: await readHostFacts(hypervisor) });
}

/** The leftover of that name. */
export async function leftover(hypervisor: Hypervisor, name: string): Promise<Finding | null> {
  return (await leftovers(hypervisor)).find(({ nic }) => nic.target === name) ?? null;
}

/** A domain judged from its definitions, the host's facts and its guest. */
export async function judged(
  hypervisor: Hypervisor,
  domain: string,
): Promise<{ readonly scan: DomainScan; readonly host: HostScan }> {
  const facts = await readHostFacts(hypervisor);
  const evidence = hostEvidence(facts);
  const view = await viewDomain(await findDomain(hypervisor.act, domain));
  await using channel = await openGuestChannel(domain);
  const probe = await probeGuest(channel);
  const context = { ...NOTHING_ELSE, host: evidence };
  const nics = await readNics(view, hypervisor.host, { probe }, undefined, context);
  return { scan: { ...nics, view, probe }, host: { evidence, state: 'read', leftovers: [] } };
}

/** What can be done about a finding. */
export function cureOf(finding: Finding, scan: DomainScan | null, host: HostScan): Cure {
  const find = REMEDIES[finding.verdict.kind];
  if (!find) throw new Error(`nothing cures ${finding.verdict.kind}`);
  return find(finding, scan, host);
}

/** Runs acts as a plan; `then` are steps behind them. */
export async function runActs(
  acts: readonly PlannedAct[],
  world: World,
  ...then: readonly Step[]
): Promise<PlanResult> {
  return await runPlan(
    {
      title: 'a test',
      operation: 'clean',
      subject: 'host',
      steps: [...acts.map((act) => actStep(act, world)), ...then],
    },
    {
      recorder: { runId: 'test', record: () => undefined },
      signal: new AbortController().signal,
      progress: SILENT,
    },
  );
}

/** A host of which nothing but the finding at hand is known. */
export const HOST = { evidence: null, state: 'read', leftovers: [] } as const;

/** A step that fails, so that those before it are undone. */
export const FAILS: Step = {
  name: 'fails',
  describe: 'fail',
  run: () => Promise.reject(new Error('on purpose')),
};

/** XML of a NIC; `source` is its `<source>` element. */
export function nicXml(type: string, mac: string, source: string): string {
  return `<interface type='${type}'><mac address='${mac}'/>${source}<model type='virtio'/></interface>`;
}

/** Attaches to the running definition alone, past hotnic; what it gives takes the NIC out and waits until it has gone. */
export async function attachLive(
  hypervisor: Hypervisor,
  domain: string,
  xml: string,
): Promise<() => Promise<void>> {
  const handle = await hypervisor.act.domainLookupByName(domain);
  await handle.attachDeviceFlags(xml, AffectFlags.LIVE);
  const mac = /52:54[^']*/.exec(xml)?.[0] ?? '';
  return async () => {
    await handle.detachDeviceFlags(xml, AffectFlags.LIVE);
    const until = Date.now() + 30_000;
    while ((await handle.getXMLDesc(0)).includes(mac)) {
      if (Date.now() > until) throw new Error(`${mac} does not leave ${domain}`);
      await sleep(100);
    }
  };
}
