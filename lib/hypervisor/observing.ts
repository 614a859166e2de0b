import { ConnectionLostError, type Connection } from 'node-libvirt';
import type { Hypervisor } from './open.js';

/**
 * Does something over the observing connection, and once more over a new one where the daemon was restarted meanwhile.
 * For what may be done twice: reads, and changes of a definition that are as good when they are there already.
 * @throws as `work`, and as `Hypervisor.observe`
 */
export async function observing<T>(
  hypervisor: Pick<Hypervisor, 'observe'>,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await hypervisor.observe();
  try {
    return await work(connection);
  } catch (error) {
    if (!isLost(error)) throw error;
    await connection.closed;
    return await work(await hypervisor.observe());
  }
}

/** The same over the connection that acts, as long as that lives. */
export async function acting<T>(
  hypervisor: Pick<Hypervisor, 'act' | 'observe'>,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  try {
    return await work(hypervisor.act);
  } catch (error) {
    if (!isLost(error)) throw error;
    return await observing(hypervisor, work);
  }
}

/** The connection has ended, whether libvirt's client says so or hotnic's own error about it. */
export function isLost(error: unknown): boolean {
  return (
    error instanceof ConnectionLostError ||
    (error instanceof Error && error.cause instanceof ConnectionLostError)
  );
}
