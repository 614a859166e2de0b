import type { Nic } from '../nic/sighting.js';
import type { Verdict } from './verdict.js';

/**
 * Something of libvirt's on the host that no domain names: a tap, macvtap, port of a switch, port of a network or
 * binding of a filter. What a process still holds is said so: nothing is to be taken away from under it.
 */
export function hostOrphan(nic: Nic): Verdict {
  const facts = nic.sightings.host?.facts ?? {};
  const text = (key: string) => (facts[key] == null ? '' : String(facts[key]));
  const what = `${KINDS[text('leftover')] ?? 'the device'} ${nic.target ?? ''}`;
  const place =
    PLACES.flatMap(([key, words]) => (text(key) === '' ? [] : [`${words} ${text(key)}`]))[0] ?? '';
  const held = text('held');
  const holders = text('holders');
  return {
    kind: 'host-orphan',
    summary:
      `${what}${place === '' ? '' : `, ${place},`} belongs to no domain` +
      (held === 'held'
        ? ` and is held by ${holders}`
        : held === 'unknown'
          ? '; who holds it is not known'
          : ''),
    evidence: [
      `${nic.sightings.host?.readFrom ?? 'the host'}: ${what}${place === '' ? '' : `, ${place}`}`,
      ...(text('because') === '' ? [] : [`taken for libvirt's: ${text('because')}`]),
      'definitions of all domains, running and persistent, read twice: none names it',
      ...(text('ovsError') === '' ? [] : [`Open vSwitch: ${text('ovsError')}`]),
      ...(text('ovsDomain') === '' ? [] : [`Open vSwitch: made for the domain ${text('ovsDomain')}`]),
      ...(text('filter') === '' ? [] : [`the network filter ${text('filter')} is bound to it`]),
      ...(text('owner') === '' ? [] : [`made for the domain ${text('owner')}`]),
      ...(text('ifindex') === '' ? [] : heldEvidence(held, holders, text('heldWhy'))),
    ],
    cause: causeOf(text('leftover'), held),
    next: nextOf(held),
  };
}

const KINDS: Readonly<Record<string, string>> = {
  tap: 'the tap',
  macvtap: 'the macvtap',
  macvlan: 'the macvlan',
  'ovs-port': 'the Open vSwitch port',
  'filter-binding': 'the network filter’s binding to',
  'network-port': 'the network port',
};

const PLACES = [
  ['ovsBridge', 'a port of the Open vSwitch bridge'],
  ['master', 'a port of'],
  ['lower', 'on'],
  ['network', 'of the network'],
] as const;

function heldEvidence(held: string, holders: string, why: string): readonly string[] {
  if (held === 'held') return [`/proc of the host: held by ${holders}`];
  return held === 'unknown'
    ? [`who holds it is not known: ${why}`]
    : ['/proc of the host: no process holds it'];
}

function causeOf(leftover: string, held: string): string {
  if (held === 'held')
    return 'a QEMU that this libvirt does not know, or no longer, or another program made it';
  if (leftover === 'macvtap')
    return 'QEMU was killed while libvirtd was down, and libvirtd came back without its status files: with them it cleans up itself';
  if (leftover === 'ovs-port')
    return 'QEMU was killed, or the teardown was cut short: the tap has gone, its port in the switch’s database stays';
  return 'QEMU was killed, or libvirtd ended, before the teardown was done';
}

function nextOf(held: string): string {
  if (held === 'held')
    return 'find out whose process that is; nothing is taken away while it holds the device';
  return held === 'unknown' ? 'run hotnic as root on the hypervisor' : 'hotnic ghosts clean';
}
