import { connect, type Connection } from 'node-libvirt';
import type { Channel } from '../channel/channel.js';
import { explainConnect } from './libvirt-error.js';

/**
 * One hypervisor. Changes go over one connection and observation over another: libvirtd serves five requests of a
 * client at a time, and a detach can hold one for 5 s (measured; docs/architecture.md).
 */
export interface Hypervisor extends AsyncDisposable {
  readonly uri: string;
  /** For calls that change something. */
  readonly act: Connection;
  /** For reads and events while a change is under way; opened at the first use, and anew when it was lost. */
  observe(): Promise<Connection>;
  /** Commands and files on the hypervisor itself. */
  readonly host: Channel;
}

export interface OpenOptions {
  readonly host: Channel;
  /** Deadline for opening and for every call, in ms. libvirt itself may hold a detach for 5 s, on pseries for 10 s. */
  readonly timeoutMs?: number;
  readonly readOnly?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Opens the connection to a hypervisor.
 * @throws HotnicError `libvirt-missing`, `libvirt-refused`, `libvirt-permission`, `libvirt-auth`, `uri-invalid`, …
 */
export async function openHypervisor(uri: string, options: OpenOptions): Promise<Hypervisor> {
  const { host, timeoutMs = 30_000, readOnly = false, signal } = options;
  const open = async () => {
    try {
      return await connect(uri, { timeoutMs, readOnly, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      throw explainConnect(error, uri);
    }
  };
  const act = await open();
  let observing: Promise<Connection> | undefined;
  const observer = async () => {
    try {
      const connection = await open();
      void connection.closed.then(() => (observing = undefined));
      return connection;
    } catch (error) {
      observing = undefined;
      throw error;
    }
  };
  return {
    uri,
    act,
    host,
    observe: () => (observing ??= observer()),
    async [Symbol.asyncDispose]() {
      const second = await observing?.catch(() => undefined);
      await Promise.all([act.close(), second?.close(), host.close()]);
    },
  };
}
