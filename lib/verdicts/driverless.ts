import type { Sighting } from '../nic/sighting.js';
import { lacks, nameOf, type Judge } from './verdict.js';

/** The guest's PCI bus shows the NIC, and no driver has taken it, or its virtio device. */
export const driverless: Judge = (subject) => {
  const seen = subject.nic.sightings['guest-pci'];
  if (!seen || !lacks(subject, 'guest-net')) return null;
  const unbound = text(seen, 'unboundDevice');
  if (seen.facts['driver'] !== null && unbound === '') return null;
  const where = seen.name ?? 'an unknown address';
  const bus = text(seen, 'unboundBus') || 'pci';
  return {
    kind: 'driverless',
    summary: `the guest shows ${nameOf(subject.nic)} at ${where}, and no driver has taken it`,
    evidence: [
      `/sys/bus/${bus}/devices/${unbound || where} of the guest: no driver`,
      '/sys/class/net of the guest: no netdev on it',
      ...lines(seen, 'modalias').map((alias) => `the device calls itself ${alias}`),
      ...lines(seen, 'keptOut'),
      ...lines(seen, 'kernelLog').map((line) => `kernel log of the guest: ${line}`),
    ],
    cause: causeOf(seen),
    next: nextOf(seen, subject.domain),
  };
};

// What drivers and the driver core say when a probe fails ("probe of 0000:01:00.0 failed with error -22").
const FAILED = /\bfail(?:ed|ure)?\b|\berror\b|no space|unable to|can't|cannot/i;

function causeOf(seen: Sighting): string {
  const loaded = text(seen, 'modulesLoaded');
  const available = text(seen, 'modulesAvailable');
  const [kept] = lines(seen, 'keptOut');
  const failed = lines(seen, 'kernelLog').findLast((line) => FAILED.test(line));
  if (seen.facts['modalias'] === undefined)
    return 'the driver is missing, was not loaded, is blacklisted, or gave up on the device';
  if (loaded !== '' && failed !== undefined) return `its driver gave up on it: "${failed}"`;
  if (loaded !== '' && seen.facts['autoprobe'] === false)
    return `the guest has its driver (${loaded}), and binds no driver by itself (drivers_autoprobe is 0)`;
  if (loaded !== '') return `the guest has its driver (${loaded}) loaded, and it was unbound from the device`;
  if (kept !== undefined) return `its driver is kept out: ${kept}`;
  if (available !== '') return `the guest has the module ${available} for it and has not loaded it`;
  return `the guest's kernel has no module for this model (${text(seen, 'vendor')}:${text(seen, 'device')})`;
}

function nextOf(seen: Sighting, domain: string): string {
  if (
    seen.facts['modalias'] !== undefined &&
    text(seen, 'modulesLoaded') + text(seen, 'modulesAvailable') === ''
  )
    return `attach it again with a model that the guest has a driver for: hotnic attach ${domain} … --model virtio`;
  return `hotnic ghosts clean ${domain} --kind driverless; or attach with another --model`;
}

function text(seen: Sighting, fact: string): string {
  const value = seen.facts[fact];
  return typeof value === 'string' ? value : '';
}

function lines(seen: Sighting, fact: string): string[] {
  return text(seen, fact)
    .split('\n')
    .filter((line) => line !== '');
}
