import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDomain, viewDomain } from '../../../lib/hypervisor/domain-view.js';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import { probeGuest } from '../../../lib/guest/probe.js';
import { actStep } from '../../../lib/operations/acts/act-step.js';
import type { World } from '../../../lib/operations/acts/act.js';
import type { Cure, Remedy } from '../../../lib/operations/ghosts/remedy.js';
import { REMEDIES } from '../../../lib/operations/ghosts/remedies/index.js';
import type { DomainScan, Finding } from '../../../lib/operations/ghosts/scan-types.js';
import { openGuest, type GuestSession } from '../../../lib/operations/guest-session.js';
import { readNics } from '../../../lib/operations/read-nics.js';
import type { StepContext } from '../../../lib/plan/index.js';
import type { VerdictKind } from '../../../lib/verdicts/index.js';
import { guestAccess, openGuestChannel } from './lab.js';

const CONTEXT: StepContext = {
  signal: new AbortController().signal,
  progress: { info() {}, waiting() {}, step() {} },
  note() {},
};

/** All planes of a domain and its guest, judged. */
export async function scanGuest(at: Hypervisor, domain: string): Promise<DomainScan> {
  const view = await viewDomain(await findDomain(at.act, domain));
  await using channel = await openGuestChannel(domain);
  const probe = await probeGuest(channel, { depth: 'full', timeoutMs: 60_000 });
  return { ...(await readNics(view, at.host, { probe })), view, probe };
}

/** The finding of a kind, waited for: what the guest does takes its time, and some of it 10 s. */
export async function findingOf(
  at: Hypervisor,
  domain: string,
  kind: VerdictKind,
  withinMs = 30_000,
): Promise<{ finding: Finding; scan: DomainScan; cure: Cure }> {
  const until = Date.now() + withinMs;
  for (;;) {
    const scan = await scanGuest(at, domain);
    const found = scan.nics.find(({ verdict }) => verdict.kind === kind);
    if (found) {
      const finding = { domain, ...found };
      const host = { evidence: null, state: 'not-asked', leftovers: [] } as const;
      return { finding, scan, cure: REMEDIES[kind]?.(finding, scan, host) ?? { remedies: [], byHand: [] } };
    }
    assert.ok(Date.now() < until, `no ${kind}: ${said(scan)}`);
    await sleep(500);
  }
}

/** Kinds and summaries of all NICs, for messages. */
export function said({ nics }: DomainScan): string {
  return JSON.stringify(nics.map(({ verdict }) => [verdict.kind, verdict.summary]));
}

/** Runs a remedy's acts as a plan would; gives a function that undoes them. */
export async function apply(at: Hypervisor, remedy: Remedy | undefined): Promise<() => Promise<void>> {
  assert.ok(remedy, 'there is a remedy');
  const sessions = new Map<string, GuestSession>();
  const world: World = {
    hypervisor: at,
    timeoutMs: 60_000,
    async guest(domain, signal) {
      const open = sessions.get(domain) ?? (await openGuest(guestAccess(domain), signal));
      sessions.set(domain, open);
      return open;
    },
  };
  const steps = remedy.acts.map((act) => actStep(act, world));
  for (const step of steps) {
    await step.run(CONTEXT);
    await step.confirm?.(CONTEXT);
  }
  for (const session of sessions.values()) await session[Symbol.asyncDispose]();
  sessions.clear();
  return async () => {
    for (const step of [...steps].reverse()) await step.undo?.(CONTEXT);
    for (const session of sessions.values()) await session[Symbol.asyncDispose]();
    sessions.clear();
  };
}
