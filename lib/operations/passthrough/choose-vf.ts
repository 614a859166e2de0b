import type { HostFunctions, NetworkFunction } from '../../hypervisor/pci/index.js';
import { isVfioDriver } from '../../hypervisor/pci/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { claimText, type FunctionClaims } from '../../planes/function-claims.js';
import { functionHeld } from '../../planes/function-held.js';
import { refusal } from './refusals.js';

/** A VF of a PF that may be given to a guest. */
export interface FreeVf {
  readonly vf: NetworkFunction;
  readonly index: number;
}

/** What is known of the host, to tell which VF is free. */
export interface VfKnowledge {
  readonly functions: HostFunctions;
  readonly claims: FunctionClaims;
  /** Netdevs that something else is made on (VLAN, macvlan, …), as the kernel's links show it. */
  readonly lowers: ReadonlySet<string>;
}

/**
 * The free VFs of a PF, those first that the host has least to do with: a netdev that is down, then none at all, then
 * one that is up and has nothing, then a VF that somebody has put on vfio-pci.
 * @throws HotnicError `no-vfs`, `no-free-vf` with what each one is used for
 */
export function freeVfs(pf: NetworkFunction, known: VfKnowledge): readonly FreeVf[] {
  const vfs = pf.physical?.vfs ?? [];
  if (vfs.length === 0) throw noVfs(pf);
  const busy: string[] = [];
  const free: FreeVf[] = [];
  for (const [index, address] of vfs.entries()) {
    const vf = address === null ? undefined : functionOf(known.functions, address);
    const use = vf === undefined ? 'its function is gone' : useOf(vf, known);
    if (vf === undefined || use !== null) busy.push(`VF ${index}: ${use ?? ''}`);
    else free.push({ vf, index });
  }
  if (free.length === 0)
    throw refusal(
      'no-free-vf',
      `no VF of ${nameOf(pf)} is free`,
      `detach one, or make more (--create-vfs, at the most ${pf.physical?.totalVfs ?? 0})`,
      busy.join('; '),
    );
  return free.sort((one, other) => rank(one.vf) - rank(other.vf) || one.index - other.index);
}

/**
 * One VF by its number.
 * @throws HotnicError `no-vfs`, `vf-beyond-count`, `vf-not-there`, `vf-in-use`
 */
export function namedVf(pf: NetworkFunction, index: number, known: VfKnowledge): FreeVf {
  const vfs = pf.physical?.vfs ?? [];
  const total = pf.physical?.totalVfs ?? 0;
  if (vfs.length === 0) throw noVfs(pf);
  if (index >= vfs.length)
    throw refusal(
      'vf-beyond-count',
      `${nameOf(pf)} has no VF ${index}: it has ${vfs.length}, numbered from 0 to ${vfs.length - 1}`,
      index < total
        ? `name one of those; the PF could have ${total}`
        : `name one of those; the PF cannot have more than ${total}`,
    );
  const address = vfs[index] ?? null;
  const vf = address === null ? undefined : functionOf(known.functions, address);
  if (vf === undefined)
    throw refusal('vf-not-there', `VF ${index} of ${nameOf(pf)} has no function`, 'hotnic nodedev list');
  const use = useOf(vf, known);
  if (use !== null)
    throw refusal(
      'vf-in-use',
      `VF ${index} of ${nameOf(pf)} (${vf.address}) is in use: ${use}`,
      `name another, or leave the number out: --vf ${nameOf(pf)}`,
    );
  return { vf, index };
}

/** What a function is used for, in words; null when nothing is known of. */
export function useOf(one: NetworkFunction, { functions, claims, lowers }: VfKnowledge): string | null {
  const [claim] = claims.get(one.address) ?? [];
  if (claim) return `${claimText(claim)} names it`;
  const held = one.driver === null || isVfioDriver(one.driver) ? functionHeld(one, functions.holders) : null;
  if (held?.state === 'held')
    return `held by ${held.holders.map(({ command, pid }) => `${command} (pid ${pid})`).join(', ')}`;
  for (const { name, master, addresses } of one.netdevs) {
    if (master !== null) return `${name} is a port of ${master}`;
    const own = addresses.filter((address) => !address.startsWith('fe80:'));
    if (own.length > 0) return `${name} has ${own.join(', ')}`;
    if (lowers.has(name)) return `something is made on ${name}`;
  }
  if (one.driver !== null && !isVfioDriver(one.driver) && one.netdevs.length === 0)
    return `${one.driver} has it without a network device here: it may be in another network namespace`;
  return null;
}

/** The function of an address among those that were read. */
export function functionOf({ functions }: HostFunctions, address: PciAddress): NetworkFunction | undefined {
  return functions.find((one) => one.address === address);
}

/** A PF as people know it: by its netdev, else by its address. */
export function nameOf({ netdevs, address }: NetworkFunction): string {
  return netdevs[0]?.name ?? address;
}

function rank({ netdevs, driver }: NetworkFunction): number {
  if (isVfioDriver(driver)) return 3;
  if (netdevs.some(({ up }) => up)) return 2;
  return netdevs.length > 0 ? 0 : 1;
}

function noVfs(pf: NetworkFunction): Error {
  const total = pf.physical?.totalVfs ?? 0;
  return refusal(
    'no-vfs',
    `${nameOf(pf)} has no VFs`,
    total === 0 ? 'choose another PF' : `--create-vfs N makes them, at the most ${total}`,
    total === 0 ? 'the function cannot have any' : 'nobody has made them since the host was started',
  );
}
