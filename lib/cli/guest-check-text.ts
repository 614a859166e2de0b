import type { CheckFinding, GuestCheck } from '../guest/check/check-types.js';
import { printable } from '../guest/printable.js';

/** What `hotnic guest check --json` prints. */
export function checkDocument(target: string, reachedBy: string, check: GuestCheck): object {
  const { ready, kind, findings, inspection, nic } = check;
  return {
    target,
    reachedBy,
    ready,
    kind,
    nic: nic?.name ?? null,
    hostname: inspection.probe.hostname,
    platform: inspection.platform.id,
    findings: findings.map(({ topic, level, text, why, next }) => ({
      topic,
      level,
      text,
      why: why ?? null,
      next: next ?? null,
    })),
    limits: inspection.limits,
  };
}

const SIGNS: Readonly<Record<CheckFinding['level'], string>> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

/** The same for people: the answer first, then a line a finding, the worst first. */
export function checkText({ ready, findings, inspection, nic }: GuestCheck): string {
  const name = inspection.probe.hostname;
  const what = nic === null ? 'for a NIC to come' : `for ${nic.name} to go`;
  const answer =
    ready === true
      ? `${name} is ready ${what}`
      : ready === false
        ? `${name} is not ready ${what}`
        : `whether ${name} is ready ${what} cannot be told`;
  const order = ['fail', 'warn', 'ok'];
  const sorted = [...findings].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  const lines = sorted.flatMap(({ level, topic, text, why, next }) => [
    `${SIGNS[level]}  ${topic}: ${text}`,
    ...(why === undefined ? [] : [`      why: ${why}`]),
    ...(next === undefined ? [] : [`      next: ${next}`]),
  ]);
  const limits = inspection.limits.map((text) => `  ${text}`);
  return [answer, ...lines, ...(limits.length === 0 ? [] : ['not known:', ...limits])]
    .map((line) => printable(line, 2000))
    .join('\n');
}
