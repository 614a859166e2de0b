import { printable } from '../guest/printable.js';
import type { Symptom } from '../knowledge/index.js';
import { PLANES, type PlaneName, type Sighting } from '../nic/sighting.js';
import type { ExplainedRemedy, Explanation } from '../operations/ghosts/explain.js';
import { nameFinding } from '../operations/ghosts/findings.js';
import { isGhost } from '../operations/ghosts/ghost.js';
import { table } from './table.js';

/** A NIC's planes side by side, then the verdict: evidence, cause, cure, risk. */
export function explanationText(explanation: Explanation): string {
  const { finding, symptoms, remedies, byHand } = explanation;
  const { verdict } = finding;
  const sections = [
    [`${nameFinding(finding)}: ${verdict.kind}`, `  ${verdict.summary}`],
    planes(explanation),
    ['evidence:', ...verdict.evidence.map((line) => `  ${line}`)],
    ...(verdict.cause === undefined ? [] : [['cause:', `  ${verdict.cause}`]]),
    ...(symptoms.length === 0 ? [] : [['what is known of it:', ...symptoms.flatMap(symptomLines)]]),
    ...(isGhost(verdict.kind) ? [cureLines(explanation)] : []),
    ...(byHand.length === 0 ? [] : [['by hand:', ...byHand.map((line) => `  ${line}`)]]),
    ...(remedies.length > 0 || verdict.next === undefined ? [] : [[`next: ${verdict.next}`]]),
  ];
  return sections.map((lines) => lines.map((line) => printable(line, 2000)).join('\n')).join('\n\n');
}

function planes({ finding, domain }: Explanation): readonly string[] {
  const { sightings } = finding.nic;
  const shown = PLANES.filter(
    (plane) => sightings[plane] !== undefined || domain?.readings.some((one) => one.plane === plane),
  );
  const rows = shown.map((plane) => {
    const sighting = sightings[plane];
    if (!sighting) return [plane, absence(plane, domain), '-', '-', '-', ''];
    const at = new Date(sighting.readAt).toISOString().slice(11, 23);
    return [
      plane,
      sighting.name ?? sighting.alias ?? 'there',
      sighting.mac ?? '-',
      sighting.pciPath ?? '-',
      at,
      `${sighting.readFrom}${facts(sighting)}`,
    ];
  });
  const cells = rows.map((row) => row.map((cell) => printable(cell, 200)));
  return table(['PLANE', 'SEEN AS', 'MAC', 'PCI PATH', 'READ AT', 'WHERE, AND WHAT IT SAYS'], cells).split(
    '\n',
  );
}

function absence(plane: PlaneName, domain: Explanation['domain']): string {
  const reading = domain?.readings.find((one) => one.plane === plane);
  if (reading?.state === 'read') return 'no';
  return `? ${reading?.state ?? 'not-asked'}${reading?.why === undefined ? '' : `: ${reading.why}`}`;
}

function facts({ facts: all }: Sighting): string {
  const told = Object.entries(all).filter(([, value]) => value !== null && value !== '');
  return told.length === 0 ? '' : `: ${told.map(([name, value]) => `${name} ${String(value)}`).join(', ')}`;
}

function cureLines({ finding, remedies }: Explanation): readonly string[] {
  if (remedies.length === 0) return ['what hotnic can do: nothing'];
  const domain = finding.domain === null ? '' : `${finding.domain} `;
  const name = finding.nic.mac ?? finding.nic.target ?? finding.nic.alias ?? finding.nic.guestName ?? 'NIC';
  return [
    'what hotnic can do:',
    ...remedies.flatMap(remedyLines),
    `  hotnic ghosts clean ${domain}--nic ${name}   shows the plan; --apply runs it`,
  ];
}

function remedyLines(remedy: ExplainedRemedy, index: number): readonly string[] {
  const asked =
    remedy.onRequest === undefined
      ? ''
      : ` [only with --${remedy.onRequest}${remedy.onRequest === 'choose' ? ` ${index + 1}` : ''}]`;
  return [
    `  ${index + 1}. ${remedy.title}${asked}`,
    `     risk: ${remedy.risk}: ${remedy.riskText}`,
    ...remedy.acts.map(({ describe }) => `     - ${describe}`),
    ...(remedy.pendingUntil === undefined ? [] : [`     pending until ${remedy.pendingUntil}`]),
  ];
}

function symptomLines({ id, cause, fix, source }: Symptom): readonly string[] {
  return [`  ${id}: ${cause}`, `    do: ${fix}`, `    seen in: ${source}`];
}

/** What a message means; says so where nothing is known. */
export function messageText(symptom: Symptom | null): string {
  if (!symptom) return 'nothing is known about this message';
  const { id, means, cause, fix, source } = symptom;
  return [
    `${id}: ${means === 'waiting' ? 'no failure yet, it may still come about' : 'it will not come about by waiting'}`,
    `  why:    ${cause}`,
    `  do:     ${fix}`,
    `  source: ${source}`,
  ].join('\n');
}

/** A row of the table as documents show it. */
export function symptomOf({ id, means, cause, fix, source }: Symptom): object {
  return { id, means, cause, fix, source };
}

/** The same for programs. */
export function explanationDocument({ finding, domain, symptoms, remedies, byHand }: Explanation): object {
  return {
    message: null,
    domain: finding.domain,
    nic: finding.nic,
    verdict: finding.verdict,
    readings: (domain?.readings ?? []).map(({ plane, state, why }) => ({
      plane,
      state,
      ...(why === undefined ? {} : { why }),
    })),
    symptoms: symptoms.map(symptomOf),
    remedies,
    byHand,
  };
}
