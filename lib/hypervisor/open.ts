import { connect, type Connection } from 'node-libvirt';
import type { Channel, SshChannel } from '../channel/index.js';
import { explainConnect } from './libvirt-error.js';
import { dialDaemon } from './remote.js';

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
  /** The SSH connection to a hypervisor that is another machine; null for this one. It is `host` then. */
  readonly remote: SshChannel | null;
}

export interface OpenOptions {
  /** Commands and files on the hypervisor. It is closed with the hypervisor, and when none can be opened. */
  readonly host: Channel;
  /** Set where the hypervisor is another machine: libvirt's sockets over there are reached through it. */
  readonly remote?: SshChannel;
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
  const { host, remote = null, timeoutMs = 30_000, readOnly = false, signal } = options;
  const aborting = signal === undefined ? {} : { signal };
  const open = async () => {
    try {
      const stream =
        remote === null ? {} : { stream: await dialDaemon(uri, remote, { readOnly, ...aborting }) };
      return await connect(uri, { timeoutMs, readOnly, ...stream, ...aborting });
    } catch (error) {
      throw explainConnect(error, uri);
    }
  };
  const act = await open().catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
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
    remote,
    observe: () => (observing ??= observer()),
    async [Symbol.asyncDispose]() {
      const second = await observing?.catch(() => undefined);
      await Promise.all([act.close(), second?.close(), host.close()]);
    },
  };
}
