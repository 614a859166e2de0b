import { nameOf, type Judge } from './verdict.js';

/** In both definitions, and they differ in what the operator set. The differences were found when they were read. */
export const definitionDrift: Judge = (subject) => {
  const { live, config } = subject.nic.sightings;
  const drift = live?.facts['drift'];
  if (!live || !config) return null;
  const differences = typeof drift === 'string' && drift !== '' ? drift.split('; ') : [];
  // The differences are looked for between NICs of one MAC; that the MAC itself differs only the join can see.
  if (live.mac !== null && config.mac !== null && live.mac !== config.mac)
    differences.unshift(`mac/@address: running ${live.mac}, persistent ${config.mac}`);
  if (differences.length === 0) return null;
  return {
    kind: 'definition-drift',
    summary: `${nameOf(subject.nic)} differs between the running and the persistent definition: ${differences.join('; ')}`,
    evidence: differences,
    cause:
      'one of the two was changed by itself (virsh edit, or an update of the running half or of the persistent one alone)',
    next: `hotnic update ${subject.domain} ${subject.nic.mac ?? nameOf(subject.nic)} … with the values that should hold`,
  };
};
