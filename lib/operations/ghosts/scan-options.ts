import type { DomainView } from '../../hypervisor/domain-view.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { RemovalRequest } from '../../verdicts/index.js';
import type { GuestAnswer } from '../read-nics.js';

/** What a scan looks at, and how. */
export interface ScanOptions {
  readonly hypervisor: Hypervisor;
  /** Names or UUIDs; without one all domains. */
  readonly domains: readonly string[];
  /** Asks the guest of a domain; null: no guest is asked. */
  readonly askGuest: AskGuest | null;
  /** Guests that are asked at the same time. Default 16. */
  readonly guestsAtOnce?: number;
  /** How long one guest may take, connection included, in ms. Default 30,000. */
  readonly guestTimeoutMs?: number;
  /**
   * `whole`: the hypervisor is read once, with what no domain owns. `targets`: only the netdevs that the running
   * definitions name are looked for.
   */
  readonly host: 'whole' | 'targets';
  /** Whether QEMU is asked, which taints a domain: always, only where a verdict makes one suspicious, or never. */
  readonly qemu: 'always' | 'suspected' | 'never';
  /** NICs in the running definition alone are meant to be there, all of them. */
  readonly allowLiveOnly: boolean;
  /** Removals of a domain that were asked for and are not proved, from the journal. */
  readonly removalRequests: (view: DomainView) => Promise<readonly RemovalRequest[]>;
  readonly signal: AbortSignal;
  /** Called when a domain has been judged. */
  readonly onDomain?: (done: number, of: number) => void;
  /** What a person should know and what does not end the scan: a guest that did not answer. */
  readonly onProblem?: (text: string) => void;
}

/**
 * Asks a guest. Where the guest cannot be reached it throws; the domain is then judged from the other planes.
 */
export type AskGuest = (view: DomainView, signal: AbortSignal) => Promise<GuestAnswer>;
