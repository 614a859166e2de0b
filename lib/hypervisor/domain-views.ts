import {
  ConnectionLostError,
  DomainXMLFlags,
  isNoDomain,
  ListDomainsFlags,
  type Connection,
  type Domain,
} from 'node-libvirt';
import { readDomain, type DomainXml } from '../xml/domain.js';
import { KnownElements } from '../xml/known-elements.js';
import { inParallel } from './in-parallel.js';
import type { DomainView } from './domain-view.js';
import { explainLibvirt } from './libvirt-error.js';

// libvirtd works on five requests of a client at a time; what is sent beyond that only waits in its socket, and keeps
// the daemon busy while this side reads the answers that have come.
const WINDOW = 32;

/** Domains whose definitions could be read, and those whose could not, each with the reason. */
export interface DomainViews {
  readonly views: readonly DomainView[];
  readonly unreadable: readonly { readonly domain: string; readonly why: string }[];
}

/**
 * Reads the definitions of all domains. Four lists tell what state the domains are in, instead of two calls for each.
 * A domain that goes away meanwhile is left out; one that cannot be read does not keep the others from being read.
 * @param onView given each domain as soon as it has been read, and how many there are: while libvirt reads the others
 * @throws HotnicError where libvirt does not answer at all; the abort reason
 */
export async function viewAllDomains(
  connection: Connection,
  signal?: AbortSignal,
  onView?: (view: DomainView, of: number) => void,
): Promise<DomainViews> {
  const options = signal === undefined ? {} : { signal };
  const known = new KnownElements();
  try {
    const list = async (flags: number) => {
      const domains = await connection.listAllDomains(flags, options);
      return new Set(domains.map(({ uuid }) => uuid));
    };
    const [domains, persistent, paused, other] = await Promise.all([
      connection.listAllDomains(0, options),
      list(ListDomainsFlags.PERSISTENT),
      list(ListDomainsFlags.PAUSED),
      list(ListDomainsFlags.OTHER),
    ]);
    const read = await inParallel(domains, WINDOW, async (domain) => {
      const one = await view(domain, {
        // "other" holds what has crashed and what is in no state: neither runs a guest (virDomainState).
        active: domain.id !== -1 && !other.has(domain.uuid),
        paused: paused.has(domain.uuid),
        persistent: persistent.has(domain.uuid),
        known,
        signal,
      });
      if (one !== null && !('why' in one)) onView?.(one, domains.length);
      return one;
    });
    return {
      views: read.flatMap((one) => (one !== null && !('why' in one) ? [one] : [])),
      unreadable: read.flatMap((one) => (one !== null && 'why' in one ? [one] : [])),
    };
  } catch (error) {
    throw explainLibvirt(error, 'read the definitions of all domains');
  }
}

interface State {
  readonly active: boolean;
  readonly paused: boolean;
  readonly persistent: boolean;
  readonly known: KnownElements;
  readonly signal: AbortSignal | undefined;
}

async function view(
  domain: Domain,
  state: State,
): Promise<DomainView | { readonly domain: string; readonly why: string } | null> {
  const { active, paused, persistent, signal } = state;
  // The signal is looked at here: a listener for each of thousands of calls costs more than the call.
  signal?.throwIfAborted();
  const readAt = Date.now();
  try {
    const [now, then] = await Promise.all([
      active ? domain.getXMLDesc(0) : null,
      persistent ? domain.getXMLDesc(DomainXMLFlags.INACTIVE) : null,
    ]);
    const live = running(now, state.known);
    return {
      domain,
      name: domain.name,
      uuid: domain.uuid,
      active: live !== null,
      paused,
      persistent,
      live,
      config: then === null ? null : readDomain(then, state.known),
      readAt,
    };
  } catch (error) {
    if (isNoDomain(error)) return null;
    // The connection's end and an interrupt concern all domains; anything else only this one.
    if (error instanceof ConnectionLostError || signal?.aborted) throw error;
    return { domain: domain.name, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Asked for the running definition of a domain that has stopped meanwhile, libvirt gives the other one: without an id. */
function running(xml: string | null, known: KnownElements): DomainXml | null {
  const read = xml === null ? null : readDomain(xml, known);
  return read === null || read.id === null ? null : read;
}
