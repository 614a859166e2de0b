import type { DomainView } from '../../../hypervisor/domain-view.js';
import type { Hypervisor } from '../../../hypervisor/open.js';
import type { QuiesceUndo } from '../../../guest/quiesce.js';
import type { PciAddress, PciPath } from '../../../nic/pci-address.js';
import type { GuestSession } from '../../guest-session.js';
import type { HalfRequest, NicRequest } from '../request.js';

/** One of the two definitions. */
export type HalfName = 'live' | 'config';

/** What the recovery of one NIC works with. */
export interface NicSubject {
  readonly hypervisor: Hypervisor;
  readonly view: DomainView;
  readonly request: NicRequest;
  /** The side that is worked towards. */
  readonly goal: 'after' | 'before';
  readonly timeoutMs: number;
  /** Null: not asked. */
  readonly guest: GuestSession | null;
  /** Why a guest that should be asked is not. */
  readonly guestTrouble: string | null;
  /** How the NIC stood in the guest before it was made idle; null where it was not. */
  readonly quiesced: QuiesceUndo | null;
  readonly warnings: string[];
}

/** The definitions that the request is about and that there are now. */
export function halvesOf({ request, view }: NicSubject): readonly { name: HalfName; half: HalfRequest }[] {
  return (['live', 'config'] as const).flatMap((name) => {
    const half = request[name];
    return half !== null && view[name] !== null ? [{ name, half }] : [];
  });
}

/** Whether the NIC should be there in the end. */
export function shouldBeThere({ request, goal }: NicSubject): boolean {
  return (request.live ?? request.config)?.[goal] != null;
}

/** Where the guest sees the NIC; null when that is not known. */
export function guestPathOf({ request, view }: NicSubject): PciPath | null {
  const address = request.live?.address as PciAddress | null | undefined;
  const now = address == null ? null : view.live?.pciPathOf(address);
  return now ?? (request.nic.pciPath as PciPath | null);
}

/** How a person knows the NIC. */
export function nicName({ request }: { readonly request: NicRequest }): string {
  return request.nic.mac ?? request.nic.alias ?? 'the NIC';
}

/** "running" or "persistent". */
export function halfWord(name: HalfName): string {
  return name === 'live' ? 'running' : 'persistent';
}
