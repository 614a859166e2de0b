import { lacks, nameOf, type Case, type Judge, type Verdict } from './verdict.js';

/**
 * A NIC that is a function of the host, passed through: the machine has lost that function, or the host's own driver has
 * it. Functions that no NIC of a definition names are judged by themselves (passthrough-orphan.ts).
 */
export const passthroughNic: Judge = (subject) => {
  const { live, config, host } = subject.nic.sightings;
  const named = (live ?? config)?.facts['hostFunction'];
  if (typeof named !== 'string') return null;
  if (live && host?.facts['vfio'] === false)
    return takenBack(subject, named, String(host.facts['driver'] ?? 'no driver'));
  if (live) return lacks(subject, 'host') ? missing(subject, named) : null;
  return subject.host?.functions !== undefined && !isThere(subject.host.functions, named)
    ? missing(subject, named)
    : null;
};

function isThere(functions: ReadonlySet<string>, address: string): boolean {
  return functions.has(address);
}

function missing({ nic, domain }: Case, address: string): Verdict {
  const halves = [nic.sightings.live ? 'running' : '', nic.sightings.config ? 'persistent' : ''];
  const named = halves.filter((half) => half !== '').join(' and the ');
  return {
    kind: 'passthrough-orphan',
    summary: `${address}, the function of the host behind ${nameOf(nic)}, is not in this machine any more`,
    evidence: [
      `the ${named} definition of ${domain} names ${address}`,
      `/sys/bus/pci/devices of the host: no ${address}`,
      ...(nic.sightings['guest-net'] === undefined && nic.sightings['guest-pci'] === undefined
        ? []
        : ['the guest still lists it']),
    ],
    cause:
      'the card was taken out or has failed, its VFs were removed (sriov_numvfs, or its PF was detached or reset under the ' +
      'guest), or it has another address since',
    next: `make the function come back (create the VFs again), or hotnic ghosts clean ${domain}`,
  };
}

function takenBack({ nic, domain }: Case, address: string, driver: string): Verdict {
  return {
    kind: 'passthrough-orphan',
    summary: `${address}, the function behind ${nameOf(nic)}, is on ${driver} of the host: ${domain} does not have it`,
    evidence: [
      `the running definition of ${domain} names ${address}`,
      `/sys/bus/pci/devices of the host: driver ${driver}`,
    ],
    cause:
      'it was taken from the guest by hand (unbound from vfio-pci, its VFs made anew) behind libvirt’s back',
    next: `hotnic ghosts clean ${domain}, then attach it again`,
  };
}
