import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHypervisor, type Hypervisor } from '../../../lib/hypervisor/open.js';
import { openJournal } from '../../../lib/journal/index.js';
import {
  changeNodedev,
  type NodedevOptions,
  type NodedevReport,
} from '../../../lib/operations/nodedev/change.js';
import { listNodedevs, type NodedevList } from '../../../lib/operations/nodedev/list.js';
import type { RecoverOptions } from '../../../lib/operations/recovery/index.js';
import type { Recorder } from '../../../lib/plan/index.js';
import type { Outer } from '../support/outer.js';

/** The functions of the outer machine, changed from outside over SSH, as an operator's own machine would. */
export class Nodedevs implements AsyncDisposable {
  readonly hypervisor: Hypervisor;
  readonly state: string;
  readonly #outer: Outer;

  private constructor(outer: Outer, hypervisor: Hypervisor, state: string) {
    this.#outer = outer;
    this.hypervisor = hypervisor;
    this.state = state;
  }

  /** A connection that a return to the snapshot breaks. */
  static async open(outer: Outer, state?: string): Promise<Nodedevs> {
    const channel = await outer.machine.connect();
    const hypervisor = await openHypervisor(outer.machine.uri, { host: channel, remote: channel });
    return new Nodedevs(outer, hypervisor, state ?? (await mkdtemp(join(tmpdir(), 'hotnic-nodedev-'))));
  }

  async change(
    operation: NodedevOptions['operation'],
    device: string,
    more: Partial<NodedevOptions> = {},
  ): Promise<NodedevReport> {
    return await changeNodedev({
      hypervisor: this.hypervisor,
      operation,
      device,
      wholeGroup: false,
      force: { addresses: false, defaultRoute: false },
      resetMethod: null,
      timeoutMs: 60_000,
      lockWaitMs: 1000,
      stateDir: this.state,
      dryRun: false,
      recorder: () => this.#recorder(),
      signal: new AbortController().signal,
      progress: SILENT,
      ...more,
    });
  }

  async list(): Promise<NodedevList> {
    return await listNodedevs(this.hypervisor, new AbortController().signal);
  }

  /** What finishing or undoing a run takes. */
  recovering(run: string): RecoverOptions {
    const timeoutMs = 60_000;
    return {
      hypervisor: this.hypervisor,
      stateDir: this.state,
      run,
      guest: null,
      world: { hypervisor: this.hypervisor, timeoutMs, guest: () => Promise.reject(new Error('no guest')) },
      timeoutMs,
      dryRun: false,
      recorder: () => this.#recorder(),
      signal: new AbortController().signal,
      progress: SILENT,
    };
  }

  /** The driver by sysfs: what counts, whatever a call answered. */
  async driverOf(address: string): Promise<string> {
    return await this.#outer.sh(
      `l=$(readlink /sys/bus/pci/devices/${address}/driver) && echo "\${l##*/}" || echo none`,
    );
  }

  /** All that a netdev has, but what the kernel numbers anew. */
  async shown(netdev: string): Promise<string> {
    const text = await this.#outer.sh(
      `ip -o link show dev ${netdev} | sed 's/^[0-9]*: //; s/ state [A-Z]*//; s/,LOWER_UP//; s/NO-CARRIER,//'; ` +
        `ip -o -4 address show dev ${netdev} | sed 's/^[0-9]*: //'; ip route show table all dev ${netdev} | grep -v '^fe80\\|^multicast\\|^local fe80\\|^ff00' | sed 's/ linkdown//' | sort`,
    );
    return text;
  }

  #recorder(): Recorder {
    return openJournal(this.state, 'test');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hypervisor[Symbol.asyncDispose]();
    await rm(this.state, { recursive: true, force: true });
  }
}

const SILENT = { info: () => undefined, step: () => undefined, waiting: () => undefined };
