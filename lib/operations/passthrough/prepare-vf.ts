import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import type { Lock } from '../../lock/index.js';
import {
  readVfAddresses,
  vfRowText,
  type NetworkFunction,
  type VfSettings,
} from '../../hypervisor/pci/index.js';
import type { MacAddress } from '../../nic/mac-address.js';
import type { PciAddress } from '../../nic/pci-address.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import type { PlannedAct } from '../acts/act.js';
import type { ExclusiveOptions } from '../recovery/exclusive.js';
import type { Affect } from '../shared/affect.js';
import { freeVfs, functionOf, namedVf, nameOf, useOf, type FreeVf, type VfKnowledge } from './choose-vf.js';
import { findPf, usablePf } from './find-pf.js';
import { checkGroup } from './group.js';
import { readVfKnowledge } from './knowledge.js';
import { lockFirst } from './lock.js';
import { noFunction, refusal } from './refusals.js';

/** What of a VF is asked for beside the NIC. */
export interface VfRequest {
  /** Settings of its row; MAC and VLAN come from the NIC. */
  readonly settings: VfSettings;
  /** Make so many VFs first; null: take what there is. */
  readonly createVfs: number | null;
}

export const PLAIN_VF: VfRequest = { settings: {}, createVfs: null };

/** A VF that was chosen, and locked against other hotnics until it is disposed of. */
export interface PreparedVf extends AsyncDisposable {
  /** The NIC with its function named. */
  readonly spec: InterfaceSpec;
  readonly place: { readonly vf: PciAddress; readonly pf: PciAddress; readonly index: number };
  readonly pfNetdev: string;
  /** What has to be done on the PF before the domain gets it. */
  acts(mac: MacAddress, affect: Affect): readonly PlannedAct[];
  readonly warnings: readonly string[];
}

/**
 * Chooses the VF that a NIC is to be. Reads only.
 * @throws HotnicError for each reason why it cannot be had (choose-vf.ts, find-pf.ts, group.ts), and `vlan-invalid`
 */
export async function prepareVf(
  spec: InterfaceSpec,
  { settings, createVfs }: VfRequest,
  options: ExclusiveOptions & { readonly dryRun: boolean; readonly force: boolean },
): Promise<PreparedVf> {
  checkVlan(spec);
  const known = await readVfKnowledge(
    options.hypervisor,
    spec.hostdev === undefined ? [] : [spec.hostdev],
    options.signal,
  );
  const { pf, index } = wanted(spec, known);
  const pfNetdev = usablePf(pf);
  const making = await madeVfs(pf, createVfs, known, options);
  const found =
    making === null ? await chosen(pf, index, known, options) : await predicted(index ?? 0, making, options);
  const { vf, lock } = found;
  const row = { ...(spec.vlan === undefined ? {} : { vlan: spec.vlan.tags[0]?.id ?? null }), ...settings };
  const place = { vf, pf: pf.address, index: found.index };
  return {
    spec: { ...spec, hostdev: vf, managed: spec.managed ?? true },
    place,
    pfNetdev,
    warnings: [],
    acts(mac, affect) {
      if (!affect.live) {
        refuseSettings(settings);
        return [];
      }
      const make = making === null ? [] : [{ act: 'vfs-create', input: { pf: pf.address, ...making } }];
      return [...make, { act: 'vf-set', input: { ...place, settings: { mac, ...row } } }];
    },
    [Symbol.asyncDispose]: async () => lock?.[Symbol.asyncDispose](),
  };
}

/** libvirt gives a VF one tag, and cannot say which protocol. */
function checkVlan({ vlan }: InterfaceSpec): void {
  const [first] = vlan?.tags ?? [];
  if (vlan === undefined || (vlan.tags.length === 1 && first?.id !== 0 && vlan.trunk !== true)) return;
  throw usageError(
    'vlan-invalid',
    vlan.tags.length === 1 && vlan.trunk !== true
      ? 'a VF has no VLAN 0'
      : 'a VF is in one VLAN, it has no trunk',
    '--vlan ID from 1 to 4094, once; leave it out for none',
  );
}

function wanted(
  { vf, hostdev }: InterfaceSpec,
  { functions }: VfKnowledge,
): { readonly pf: NetworkFunction; readonly index: number | null } {
  if (vf !== undefined) return { pf: findPf(functions, vf.pf), index: vf.index ?? null };
  const one = hostdev === undefined ? undefined : functionOf(functions, hostdev);
  if (!one) throw noFunction(hostdev ?? ('' as PciAddress));
  if (one.virtual === null)
    throw refusal(
      'not-a-vf',
      `${one.address} is no VF`,
      `--vf ${nameOf(one)} gives the guest a VF of it`,
      'libvirt makes an interface of a VF alone',
    );
  return { pf: findPf(functions, one.virtual.physicalFunction), index: one.virtual.index };
}

interface Found {
  readonly vf: PciAddress;
  readonly index: number;
  readonly lock: Lock | null;
}

async function chosen(
  pf: NetworkFunction,
  index: number | null,
  known: VfKnowledge,
  options: ExclusiveOptions & { readonly dryRun: boolean },
): Promise<Found> {
  const candidates = index === null ? freeVfs(pf, known) : [namedVf(pf, index, known)];
  const [first] = candidates;
  if (options.dryRun) return found(first, known);
  const { one, lock } = await lockFirst(candidates, ({ vf }) => vf.address, options);
  try {
    return { ...found(one, known), lock };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

function found(one: FreeVf | undefined, known: VfKnowledge): Found {
  if (!one) throw new HotnicError('internal', 'there is no candidate');
  checkGroup(one.vf, known);
  return { vf: one.vf.address, index: one.index, lock: null };
}

/** A VF that is still to be made. */
async function predicted(
  index: number,
  { vfs, count }: Making,
  options: ExclusiveOptions & { readonly dryRun: boolean },
): Promise<Found> {
  const vf = vfs[index];
  if (vf === undefined)
    throw usageError(
      'vf-beyond-count',
      `VF ${index} is not among ${count}`,
      `--create-vfs ${index + 1}, or more`,
    );
  if (options.dryRun) return { vf, index, lock: null };
  const { lock } = await lockFirst([vf], (one) => one, options);
  return { vf, index, lock };
}

interface Making {
  readonly count: number;
  readonly vfs: readonly PciAddress[];
}

/**
 * The VFs that have to be made; null when there are as many already, or none are wanted.
 * @throws HotnicError `vfs-beyond-total`, `vfs-in-use`
 */
async function madeVfs(
  pf: NetworkFunction,
  count: number | null,
  known: VfKnowledge,
  { hypervisor, signal }: ExclusiveOptions,
): Promise<Making | null> {
  const { totalVfs = 0, vfs = [] } = pf.physical ?? {};
  if (count === null || count === vfs.length) return null;
  if (count > totalVfs)
    throw refusal(
      'vfs-beyond-total',
      `${nameOf(pf)} cannot have ${count} VFs`,
      `--create-vfs ${totalVfs}, or less`,
      `its sriov_totalvfs is ${totalVfs}; the kernel answers ERANGE`,
    );
  const inUse = vfs.flatMap((address, index) => {
    const vf = address === null ? undefined : functionOf(known.functions, address);
    const use = vf === undefined ? null : useOf(vf, known);
    return use === null ? [] : [`VF ${index}: ${use}`];
  });
  if (inUse.length > 0)
    throw refusal(
      'vfs-in-use',
      `${nameOf(pf)} has ${vfs.length} VFs, and some are in use`,
      `leave --create-vfs out: hotnic takes a free one of the ${vfs.length}`,
      `the kernel changes the number only by taking all VFs away first (EBUSY else). ${inUse.join('; ')}`,
    );
  return { count, vfs: await readVfAddresses(hypervisor.host, pf.address, count, { signal }) };
}

/** libvirt knows MAC and VLAN; nothing else would be set when the domain starts. */
function refuseSettings(settings: VfSettings): void {
  if (Object.keys(settings).length === 0) return;
  throw usageError(
    'vf-settings-live',
    `the persistent definition has no place for ${vfRowText(settings)}`,
    'start the domain and attach it then, or leave those options out',
  );
}
