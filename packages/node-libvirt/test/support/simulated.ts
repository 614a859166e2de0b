import { type Connection, connect, type ConnectOptions } from '../../src/index.js';
import { SimulatedDaemon } from '../../src/simulator/index.js';
import type { WorldSetup } from '../../src/simulator/index.js';

/** A simulator with one client. */
export interface Simulated extends AsyncDisposable {
  readonly daemon: SimulatedDaemon;
  readonly connection: Connection;
  /** Another client of the same daemon. */
  again(options?: ConnectOptions): Promise<Connection>;
}

/** Starts a simulator and connects to it; disposing ends both. */
export async function simulated(setup: WorldSetup = {}, options: ConnectOptions = {}): Promise<Simulated> {
  const daemon = new SimulatedDaemon(setup);
  const again = (more: ConnectOptions = {}): Promise<Connection> =>
    connect('qemu:///system', { timeoutMs: 5000, ...more, stream: daemon.connect() });
  const connection = await again(options);
  return {
    daemon,
    connection,
    again,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      await daemon.close();
    },
  };
}
