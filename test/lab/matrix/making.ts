import assert from 'node:assert/strict';
import type { Domain } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { inGuest, libvirt } from '../support/lab.js';
import { attached, type AttachedNic } from '../support/nic.js';

/** Calls libvirt directly, as another tool would that knows nothing of hotnic. */
export async function withDomain<T>(name: string, use: (domain: Domain) => Promise<T>): Promise<T> {
  await using connection = await libvirt();
  return await use(await connection.domainLookupByName(name));
}

/** A NIC that works, of the network `default`. */
export function workingNic(domain: string, ...more: string[]): Promise<AttachedNic> {
  return attached(domain, ...more);
}

/** Attaches without the guest's consent, and leaves the NIC though the guest does not show it. */
export async function forcedNic(domain: string, ...more: string[]): Promise<string> {
  const options = ['--network', 'default', '--force', '--keep', '--timeout', '5', '--json', ...more];
  const ended = await hotnic('attach', domain, ...options);
  assert.equal(ended.code, 3, ended.stderr + ended.stdout);
  return (ended.json as { mac: string }).mac;
}

/** Asks for a removal that is not going to be acknowledged within the time given. */
export async function askedToGo(domain: string, mac: string, timeoutS = 6, ...more: string[]): Promise<void> {
  const ended = await hotnic('detach', domain, mac, '--timeout', String(timeoutS), ...more);
  assert.equal(ended.code, 3, ended.stderr + ended.stdout);
}

/** Takes the NIC out of everything, whatever state it is in by now. */
export async function removed(domain: string, mac: string): Promise<void> {
  const ended = await hotnic('detach', domain, mac, '--timeout', '60');
  const gone = ended.code === 0 || /has no NIC/.test(ended.stderr);
  assert.ok(gone, ended.stderr + ended.stdout);
}

/** Runs a script of `sh` in the guest; `$1` and so on are the arguments. */
export function inGuestShell(guest: string, script: string, ...args: string[]): Promise<string> {
  return inGuest(guest, 'sh', '-c', script, 'sh', ...args);
}

/** The guest's PCI address of a netdev. */
export const FIND_FUNCTION =
  'f=$(readlink -f "/sys/class/net/$1/device"); case $f in */virtio*) f=${f%/*};; esac';
