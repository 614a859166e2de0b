import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'node-libvirt';
import { hotnic, type Ended } from './hotnic.js';
import { macs } from './state.js';

/** A NIC that a test has attached by the command, as the command reported it. */
export interface AttachedNic {
  readonly mac: string;
  readonly target: string;
  readonly guestName: string;
}

/** Attaches a NIC of the network `default`; the test fails when that is not proved. */
export async function attached(domain: string, ...more: string[]): Promise<AttachedNic> {
  const ended = await hotnic('attach', domain, '--network', 'default', '--json', '--timeout', '60', ...more);
  assert.equal(ended.code, 0, ended.stderr + ended.stdout);
  const { mac, proof } = ended.json as { mac: string; proof: { target: string; guestName: string } };
  return { mac, target: proof.target, guestName: proof.guestName };
}

/** What `hotnic list` says of the NIC with this MAC; null when it does not list it. */
export async function verdictOf(domain: string, mac: string): Promise<string | null> {
  const { json } = await hotnic('list', domain, '--json');
  const { domains } = json as {
    domains: { nics: { nic: { mac: string | null }; verdict: { kind: string } }[] }[];
  };
  return domains[0]?.nics.find(({ nic }) => nic.mac === mac)?.verdict.kind ?? null;
}

/** The report never says "done" where it is not: the outcome and the exit code agree, and the definitions still agree. */
export async function assertNotDone(
  connection: Connection,
  domain: string,
  mac: string,
  ended: Ended,
  code: number,
  state: RegExp,
): Promise<void> {
  assert.equal(ended.code, code, ended.stderr + ended.stdout);
  assert.match(ended.stdout + ended.stderr, state);
  const now = await macs(connection, domain);
  assert.equal(now.live.includes(mac), now.config.includes(mac), 'the definitions must go on agreeing');
}

/** Waits until the running definition has no NIC of this MAC. */
export async function goneFromLive(
  connection: Connection,
  domain: string,
  mac: string,
  withinMs: number,
): Promise<void> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (!(await macs(connection, domain)).live.includes(mac)) return;
    await sleep(100);
  }
  throw new Error(`${mac} is still in the running definition of ${domain} after ${withinMs} ms`);
}

// A guest boots in 10 s on an idle emulated core, in 150 s beside other labs; a removal that reaches an ACPI guest in early
// boot locks it for up to 175 s more (measured).
const AFTER_BOOT_MS = 300_000;

/** Waits until a guest answers SSH again, as it does after a reset. */
export async function answersAgain(domain: string): Promise<void> {
  const until = Date.now() + AFTER_BOOT_MS;
  while (Date.now() < until) {
    const { json } = await hotnic('list', domain, '--json', '--quiet');
    const { domains } = json as { domains: { readings: { plane: string; state: string }[] }[] };
    if (domains[0]?.readings.find(({ plane }) => plane === 'guest-pci')?.state === 'read') return;
    await sleep(500);
  }
  throw new Error(`${domain} does not answer after ${AFTER_BOOT_MS} ms`);
}
