import { printable } from '../guest/printable.js';
import type { CleanReport, Treatment } from '../operations/ghosts/clean-types.js';

/** What was done, or would be, about each ghost. */
export function cleanText(report: CleanReport): string {
  const { treatments, unknown, unreadable } = report;
  const parts = treatments.map((one) =>
    lines(one)
      .map((line) => printable(line, 2000))
      .join('\n'),
  );
  parts.push(last(report));
  if (unknown > 0) parts.push(`${unknown} NICs could not be judged: hotnic ghosts scan says why`);
  if (unreadable.length > 0)
    parts.push(
      unreadable.map(({ domain, why }) => printable(`unreadable: ${domain}: ${why}`, 1000)).join('\n'),
    );
  return parts.join('\n\n');
}

function lines(treatment: Treatment): readonly string[] {
  const { summary, outcome, remedy, remedies, plan, details, next, byHand, run, verdict } = treatment;
  const shown = [`${WORDS[outcome]}: ${summary}`];
  if (outcome === 'planned' || outcome === 'left') shown.push(`  ${verdict.summary}`);
  if (outcome === 'planned' && remedy) {
    shown.push(`  risk: ${remedy.risk}: ${remedy.riskText}`);
    shown.push(...plan.map(({ step, describe }, index) => `  ${index + 1}. ${step}: ${describe}`));
  }
  if (outcome === 'left' && remedies.length > 0)
    shown.push(
      ...remedies.map(({ title, risk }, index) => `  remedy ${index + 1}: ${title} (risk: ${risk})`),
    );
  shown.push(...details.map((detail) => `  ${detail}`));
  if (outcome === 'left') shown.push(...byHand.map((line) => `  by hand: ${line}`));
  if (next !== null && !byHand.includes(next))
    shown.push(`  ${outcome === 'left' ? 'add' : 'next'}: ${next}`);
  if (run !== null && outcome !== 'done') shown.push(`  record: hotnic journal show ${run}`);
  return shown;
}

const WORDS: Readonly<Record<Treatment['outcome'], string>> = {
  planned: 'would cure',
  done: 'cured',
  pending: 'pending',
  failed: 'failed',
  half: 'half done',
  interrupted: 'interrupted',
  'no-longer-holds': 'no longer so',
  left: 'left',
};

function last({ apply, treatments }: CleanReport): string {
  if (treatments.length === 0) return 'no ghosts: nothing to do';
  const count = (outcome: Treatment['outcome']) => treatments.filter((one) => one.outcome === outcome).length;
  const counts = (Object.keys(WORDS) as Treatment['outcome'][])
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${WORDS[outcome]}`);
  return `${counts.join(', ')}${apply ? '' : '; nothing was changed: --apply runs the plans'}`;
}
