import { lacks, nameOf, type Case, type Judge } from './verdict.js';

/** In the persistent definition of a running domain and not in the live one: it comes back at the next boot. */
export const configOnly: Judge = (subject) => {
  if (!subject.nic.sightings.config || !subject.active || !lacks(subject, 'live')) return null;
  const asked = request(subject);
  const ran = asked ?? lease(subject);
  return {
    kind: 'config-only',
    summary: `${nameOf(subject.nic)} is in the persistent definition alone and comes back at the next boot`,
    evidence: [
      'persistent domain XML: has it',
      'live domain XML: does not have it',
      ...(ran === null ? [] : [ran]),
    ],
    cause: causeOf(asked, ran),
    ...(asked === null ? {} : { wanted: 'gone' as const }),
    next: `hotnic detach ${subject.domain} ${subject.nic.mac ?? nameOf(subject.nic)} --config`,
  };
};

function causeOf(asked: string | null, ran: string | null): string {
  if (asked !== null) return 'half a detach: the guest let it go after hotnic had stopped waiting';
  return ran === null
    ? 'half a detach: only the running half was changed; or it was attached for the next boot only'
    : 'half a detach: it ran lately, and only the running half was taken out';
}

/** A removal from both definitions, of which the running one followed late. */
function request({ nic, removalRequests }: Case): string | null {
  const found = removalRequests.find(({ mac, goneSince }) => goneSince && mac !== null && mac === nic.mac);
  return found === undefined
    ? null
    : `journal: asked to go at ${new Date(found.askedAt).toISOString()} (run ${found.run})`;
}

/** A lease is given only to a NIC that runs: it tells a half detach from a NIC that waits for its first boot. */
function lease({ nic, host }: Case): string | null {
  const found = nic.mac === null ? undefined : host?.leases.find(({ mac }) => mac === nic.mac);
  return found === undefined
    ? null
    : `DHCP leases of the network ${found.network}: ${found.address} was given to it`;
}
