import { DomainState, DomainXMLFlags, isNoDomain, type Connection, type Domain } from 'node-libvirt';
import { HotnicError } from '../errors/hotnic-error.js';
import { readDomain, type DomainXml } from '../xml/domain.js';
import { explainLibvirt } from './libvirt-error.js';

/** A domain with both its definitions, as they were at one moment. */
export interface DomainView {
  readonly domain: Domain;
  readonly name: string;
  readonly uuid: string;
  readonly active: boolean;
  /** The guest's processors stand still: it cannot answer anything. */
  readonly paused: boolean;
  readonly persistent: boolean;
  /** The running definition; null when the domain does not run. */
  readonly live: DomainXml | null;
  /** The persistent definition; null for a transient domain. */
  readonly config: DomainXml | null;
  /** This machine's clock when it was read, ms since the epoch. */
  readonly readAt: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Finds a domain by name or UUID.
 * @throws HotnicError `domain-not-found`, with the names that come near
 */
export async function findDomain(connection: Connection, name: string): Promise<Domain> {
  try {
    return await connection.domainLookupByName(name);
  } catch (error) {
    if (!isNoDomain(error)) throw explainLibvirt(error, `look up the domain ${name}`);
    if (UUID.test(name)) return await byUuid(connection, name);
    throw await notFound(connection, name, error);
  }
}

/** Reads both definitions and the state, all at once. */
export async function viewDomain(domain: Domain): Promise<DomainView> {
  const readAt = Date.now();
  try {
    const [state, persistent] = await Promise.all([domain.getState(), domain.isPersistent()]);
    const active =
      state.state !== DomainState.SHUTOFF &&
      state.state !== DomainState.CRASHED &&
      state.state !== DomainState.NOSTATE;
    const [live, config] = await Promise.all([
      active ? domain.getXMLDesc(0) : null,
      persistent ? domain.getXMLDesc(DomainXMLFlags.INACTIVE) : null,
    ]);
    return {
      domain,
      name: domain.name,
      uuid: domain.uuid,
      active,
      paused: state.state === DomainState.PAUSED,
      persistent,
      live: live === null ? null : readDomain(live),
      config: config === null ? null : readDomain(config),
      readAt,
    };
  } catch (error) {
    throw explainLibvirt(error, `read the definitions of ${domain.name}`);
  }
}

async function byUuid(connection: Connection, uuid: string): Promise<Domain> {
  try {
    return await connection.domainLookupByUUID(uuid);
  } catch (error) {
    throw isNoDomain(error)
      ? await notFound(connection, uuid, error)
      : explainLibvirt(error, `look up the domain ${uuid}`);
  }
}

async function notFound(connection: Connection, name: string, cause: unknown): Promise<HotnicError> {
  const names = (await connection.listAllDomains().catch(() => [])).map((domain) => domain.name).sort();
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? `, … (${names.length} in all)` : '');
  return new HotnicError(
    'domain-not-found',
    `there is no domain ${JSON.stringify(name)} on this hypervisor`,
    {
      state: 'nothing was changed',
      next: names.length === 0 ? 'virsh list --all: this hypervisor has no domains' : `name one of: ${shown}`,
      cause,
    },
  );
}
