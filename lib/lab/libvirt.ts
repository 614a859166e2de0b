import { connect, isNoDomain } from 'node-libvirt';
import type { Connection, Domain } from 'node-libvirt';
import { LAB_NETWORK } from './network-xml.js';

// Every call waits while libvirtd probes QEMU for the first time: 4 s after a new installation, over 60 s on two cores
// with a load of 11 (measured).
const TIMEOUT_MS = 180_000;

/** Opens the libvirtd of a lab, does `work` with it and closes the connection. */
export async function withLibvirt<T>(
  uri: string,
  signal: AbortSignal | undefined,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(uri, { timeoutMs: TIMEOUT_MS, signal, env: {} });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Defines and starts the lab's network. */
export async function startNetwork(connection: Connection, signal?: AbortSignal): Promise<void> {
  const network = await connection.networkDefineXML(LAB_NETWORK, { signal });
  await network.setAutostart(true, { signal });
  await network.create({ signal });
}

/** Defines a domain and starts it. */
export async function startDomain(connection: Connection, xml: string, signal?: AbortSignal): Promise<void> {
  const domain = await connection.domainDefineXML(xml, 0, { signal });
  await domain.create(0, { signal });
}

/** Ends a domain and forgets it; one that does not exist is left at that. */
export async function removeDomain(
  connection: Connection,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const domain = await findDomain(connection, name, signal);
  if (domain === null) return;
  if (await domain.isActive({ signal })) await domain.destroy({ signal });
  await domain.undefineFlags(0, { signal });
}

/** libvirt's word for what a domain is doing; "absent" when there is none of that name. */
export async function domainState(
  connection: Connection,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const domain = await findDomain(connection, name, signal);
  return domain === null ? 'absent' : (STATES[(await domain.getState({ signal })).state] ?? 'unknown');
}

// By virDomainState.
const STATES = [
  'no state',
  'running',
  'blocked',
  'paused',
  'in shutdown',
  'shut off',
  'crashed',
  'pmsuspended',
];

async function findDomain(
  connection: Connection,
  name: string,
  signal?: AbortSignal,
): Promise<Domain | null> {
  return connection.domainLookupByName(name, { signal }).catch((error: unknown) => {
    if (isNoDomain(error)) return null;
    throw error;
  });
}
