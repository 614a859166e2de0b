import type { Nic } from '../nic/sighting.js';
import type { Verdict } from './verdict.js';

/** XenbusState by number (xen/include/public/io/xenbus.h). */
const STATES = [
  'unknown',
  'initialising',
  'init-wait',
  'initialised',
  'connected',
  'closing',
  'closed',
  'reconfiguring',
  'reconfigured',
];

/** A vif in xenstore that no domain has: the backend's or the frontend's node stayed when the other end went. */
export function xenstoreResidue(nic: Nic): Verdict {
  const facts = nic.sightings.host?.facts ?? {};
  const path = nic.target ?? '';
  const gone = facts['frontendAlive'] !== true;
  const state = (key: string) => {
    const value = facts[key];
    return typeof value === 'number' ? `${value} (${STATES[value] ?? 'unknown'})` : 'none';
  };
  const domain = `domain ${String(facts['frontendDomain'])}${
    facts['domain'] == null ? '' : ` (${String(facts['domain'])})`
  }`;
  return {
    kind: 'xenstore-residue',
    summary: gone
      ? `xenstore still has the vif ${path} of ${domain}, which is gone`
      : `xenstore has the vif ${path}, which the definition of ${domain} lacks`,
    evidence: [
      `xenstore: backend state ${state('backendState')}`,
      `xenstore: frontend ${facts['frontendPath'] == null ? 'has no node' : `state ${state('frontendState')}`}`,
      gone
        ? `xenstore: ${domain} has no name`
        : `definition of ${domain}: no NIC with the MAC ${nic.mac ?? 'unknown'}`,
    ],
    cause:
      'the backend’s domain or its driver ended before the removal was agreed upon between both ends, so nobody removed the nodes',
    next: 'hotnic ghosts clean; until then the same vif cannot be attached again',
  };
}
