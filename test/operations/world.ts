import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedDaemon, type WorldSetup } from 'node-libvirt/simulator';
import type { Channel } from '../../lib/channel/channel.js';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import { openHypervisor, type Hypervisor } from '../../lib/hypervisor/open.js';
import type { PlanEntry, Progress, Recorder } from '../../lib/plan/index.js';

/** A simulated hypervisor on a unix socket, opened as the command opens one. */
export interface TestWorld extends AsyncDisposable {
  readonly daemon: SimulatedDaemon;
  readonly hypervisor: Hypervisor;
  readonly uri: string;
  /** Network devices that the hypervisor's kernel "has", by name. */
  readonly netdevs: Set<string>;
}

/** Starts a simulated daemon; `callTimeoutMs` is the deadline of each call. */
export async function openWorld(setup: WorldSetup, callTimeoutMs = 10_000): Promise<TestWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'hotnic-world-'));
  const socket = join(folder, 'libvirt-sock');
  const daemon = new SimulatedDaemon({ detachWaitMs: 50, ...setup });
  await daemon.listen(socket);
  const netdevs = new Set<string>();
  const uri = `qemu+unix:///system?socket=${socket}`;
  const hypervisor = await openHypervisor(uri, { host: hostWith(netdevs), timeoutMs: callTimeoutMs });
  return {
    daemon,
    hypervisor,
    uri,
    netdevs,
    async [Symbol.asyncDispose]() {
      await hypervisor[Symbol.asyncDispose]();
      await daemon.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A host whose sysfs shows these netdevs; names that begin with "br" are bridges. */
export function hostWith(netdevs: ReadonlySet<string>): Channel {
  const refuse = () => Promise.reject(new Error('the test did not expect this'));
  return {
    label: 'a host of the test',
    run: refuse,
    lines: refuse,
    writeFile: refuse,
    readFile: (path) => {
      const [, name = '', file = ''] = /^\/sys\/class\/net\/([^/]+)\/(.+)$/.exec(path) ?? [];
      const there = file === 'operstate' || (file === 'bridge/bridge_id' && name.startsWith('br'));
      if (netdevs.has(name) && there) return Promise.resolve(Buffer.from('up\n'));
      return Promise.reject(new HotnicError('file-not-found', `${path} is not there`));
    },
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A recorder that keeps the records in memory. */
export class MemoryRecorder implements Recorder {
  readonly runId = '20260101T000000Z-abcdef';
  readonly entries: PlanEntry[] = [];

  record(entry: PlanEntry): void {
    this.entries.push(entry);
  }

  /** Texts of the notes, in order. */
  get notes(): string[] {
    return this.entries.flatMap((entry) => (entry.type === 'note' ? [entry.text] : []));
  }
}

/** Progress that goes nowhere; `waits` keeps what was waited for. */
export function silent(waits: string[] = []): Progress {
  return {
    info: () => undefined,
    step: () => undefined,
    waiting: (text) => waits.push(text),
  };
}

/** Waits until something holds; fails after five seconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 5000; !holds();) {
    if (Date.now() > end) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
