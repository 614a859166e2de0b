import { nameOf, type Judge } from './verdict.js';

/** In both definitions, and they differ in what the operator set. The differences were found when they were read. */
export const definitionDrift: Judge = (subject) => {
  const { live, config } = subject.nic.sightings;
  const drift = live?.facts['drift'];
  if (!live || !config || typeof drift !== 'string' || drift === '') return null;
  return {
    kind: 'definition-drift',
    summary: `${nameOf(subject.nic)} differs between the running and the persistent definition: ${drift}`,
    evidence: drift.split('; '),
    next: `hotnic update ${subject.domain} ${subject.nic.mac ?? nameOf(subject.nic)} … with the values that should hold`,
  };
};
