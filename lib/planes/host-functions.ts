import type { HostLinks, Parked, SavedVf } from '../hypervisor/host/index.js';
import { isVfioDriver, type HostFunctions, type NetworkFunction } from '../hypervisor/pci/index.js';
import type { PciAddress } from '../nic/pci-address.js';
import type { FunctionClaim, FunctionClaims } from './function-claims.js';
import { functionHeld, lostGuest } from './function-held.js';
import { vfResidue, type KnownMacs, type VfResidue } from './function-residue.js';
import type { Held } from './host-held.js';

/**
 * In which way a function of the host did not come back. `unused`: on a vfio driver, nobody has it. `driverless`: on no
 * driver, told to take one that it has not. `residue`: a VF with what a guest has left. `held`: a QEMU that libvirt does
 * not know has it, or a process keeps the kernel from letting it go. `vfs-in-use`: a PF that nobody has, whose VFs somebody has.
 * `missing`: a definition names it, and the machine does not have it.
 */
export type OrphanKind = 'unused' | 'driverless' | 'residue' | 'held' | 'vfs-in-use' | 'missing';

/** A function that did not come back, by one look. */
export interface FunctionSuspect {
  readonly orphan: OrphanKind;
  readonly address: PciAddress;
  /** Null where the machine does not have it. */
  readonly function: NetworkFunction | null;
  readonly held: Held;
  /** Definitions that name it. */
  readonly claims: readonly FunctionClaim[];
  /** What a guest has left on a VF, beside whatever else is wrong with it. */
  readonly residue: VfResidue | null;
  /** The guest of a QEMU that libvirt does not know. */
  readonly lostGuest: string | null;
  /** VFs of this PF that somebody has. */
  readonly vfsInUse: readonly PciAddress[];
}

/** What the functions of a host are judged from. */
export interface FunctionFacts {
  readonly functions: HostFunctions;
  readonly links: HostLinks;
  readonly saved: readonly SavedVf[];
  readonly parked: Parked;
  /** Functions, and PFs of VFs, that a network of libvirt gives to guests and that the operator keeps on vfio-pci for that. */
  readonly pooled: ReadonlySet<PciAddress>;
  readonly claims: FunctionClaims;
  /** Names of the domains that run. */
  readonly running: ReadonlySet<string>;
  readonly macs: KnownMacs;
}

/** Picks the functions that did not come back. Pure. */
export function functionSuspects(facts: FunctionFacts): readonly FunctionSuspect[] {
  const { functions } = facts.functions;
  return [...functions.flatMap((one) => suspect(one, facts) ?? []), ...missing(facts)];
}

function suspect(one: NetworkFunction, facts: FunctionFacts): FunctionSuspect | null {
  // GPUs and disks are passed through too, and are none of a NIC tool's.
  if (one.class >> 16 !== NETWORK_CLASS) return null;
  const claims = facts.claims.get(one.address) ?? [];
  const held = functionHeld(one, facts.functions.holders);
  const base = { address: one.address, function: one, held, claims, lostGuest: null, vfsInUse: [] };
  const lost = lostGuest(held, facts.running);
  if (lost !== null && !isRunning(claims)) return { ...base, orphan: 'held', residue: null, lostGuest: lost };
  if (isRunning(claims)) return null;
  const residue = held.state === 'held' ? null : vfResidue(one, facts.links, facts.saved, facts.macs);
  if (isVfioDriver(one.driver)) {
    if (held.state === 'held') return null;
    const vfsInUse = usedVfs(one, facts);
    if (vfsInUse.length > 0) return { ...base, orphan: 'vfs-in-use', residue: null, vfsInUse };
    if (!isWanted(one, facts)) return { ...base, orphan: 'unused', residue };
  }
  if (one.driver === null) {
    // Whoever unbinds it waits in the kernel for the process that has it open.
    if (held.state === 'held') return { ...base, orphan: 'held', residue: null };
    if (isStale(one, facts.parked)) return { ...base, orphan: 'driverless', residue };
  }
  return residue && { ...base, orphan: 'residue', residue };
}

// PCI base class 02h is "network controller" (PCI Code and ID Assignment Specification).
const NETWORK_CLASS = 0x02;

function isRunning(claims: readonly FunctionClaim[]): boolean {
  return claims.some(({ half }) => half === 'live');
}

/**
 * It is on vfio-pci on purpose: a definition or network will want it, whoever takes it there; another member of its group is a guest's
 * or shall be, which needs all of them there; or the machine's own configuration puts it there.
 */
function isWanted(one: NetworkFunction, { claims, parked, pooled, functions }: FunctionFacts): boolean {
  const group = one.iommuGroup?.members ?? [one.address];
  if (group.some((member) => claims.has(member))) return true;
  const pf = one.virtual?.physicalFunction;
  if (pooled.has(one.address) || (pf !== undefined && pooled.has(pf))) return true;
  const known = functions.all.get(one.address) ?? one;
  return parked.ids.has(`${hex(known.vendor)}:${hex(known.device)}`) || parked.overrides.has(one.address);
}

/** It is told to take a driver and has none. "none" is what driverctl writes for a function that shall have no driver. */
function isStale({ address, driverOverride }: NetworkFunction, { overrides }: Parked): boolean {
  if (driverOverride.state !== 'read' || overrides.has(address)) return false;
  return driverOverride.driver !== null && driverOverride.driver !== '' && driverOverride.driver !== 'none';
}

function usedVfs({ physical }: NetworkFunction, { functions, claims }: FunctionFacts): readonly PciAddress[] {
  const vfs = (physical?.vfs ?? []).filter((vf) => vf !== null);
  return vfs.filter((vf) => {
    const one = functions.functions.find(({ address }) => address === vf);
    const held = one !== undefined && functionHeld(one, functions.holders).state === 'held';
    return held || isRunning(claims.get(vf) ?? []);
  });
}

/** What definitions name and the machine does not have; `<interface>`s are judged with their domain. */
function missing({ claims, functions }: FunctionFacts): readonly FunctionSuspect[] {
  return [...claims].flatMap(([address, all]): FunctionSuspect[] => {
    const own = all.filter(({ by }) => by === 'hostdev');
    if (own.length === 0 || functions.all.has(address)) return [];
    return [
      {
        orphan: 'missing',
        address,
        function: null,
        held: { state: 'free', holders: [], why: null },
        claims: own,
        residue: null,
        lostGuest: null,
        vfsInUse: [],
      },
    ];
  });
}

function hex(id: number): string {
  return id.toString(16).padStart(4, '0');
}
