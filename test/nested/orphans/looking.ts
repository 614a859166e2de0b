import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHypervisor, type Hypervisor } from '../../../lib/hypervisor/open.js';
import { openJournal } from '../../../lib/journal/index.js';
import { clean } from '../../../lib/operations/ghosts/clean.js';
import type { CleanOptions, CleanReport } from '../../../lib/operations/ghosts/clean-types.js';
import { ghostsOf } from '../../../lib/operations/ghosts/findings.js';
import { scan } from '../../../lib/operations/ghosts/scan.js';
import type { Finding, Scan } from '../../../lib/operations/ghosts/scan-types.js';
import type { Outer } from '../support/outer.js';

/** The ghosts of the outer machine, looked for and cured from outside over SSH, as an operator's own machine would. */
export class Ghosts implements AsyncDisposable {
  readonly #hypervisor: Hypervisor;
  readonly #stateDir: string;

  private constructor(hypervisor: Hypervisor, stateDir: string) {
    this.#hypervisor = hypervisor;
    this.#stateDir = stateDir;
  }

  /** A connection that a return to the snapshot breaks. */
  static async open({ machine }: Outer): Promise<Ghosts> {
    const channel = await machine.connect();
    const hypervisor = await openHypervisor(machine.uri, { host: channel, remote: channel });
    return new Ghosts(hypervisor, await mkdtemp(join(tmpdir(), 'hotnic-orphans-')));
  }

  get hypervisor(): Hypervisor {
    return this.#hypervisor;
  }

  /** One look at all of it; throws where some of the host could not be read, which would look like no ghosts. */
  async scan(): Promise<Scan> {
    const found = await scan({ ...this.#options(), askGuest: null, host: 'whole' });
    if (found.host.state !== 'read') throw new Error(`the host was not read: ${found.host.why ?? ''}`);
    return found;
  }

  /** What is wrong. */
  async found(): Promise<readonly Finding[]> {
    return ghostsOf(await this.scan());
  }

  async clean(more: Partial<CleanOptions> = {}): Promise<CleanReport> {
    return await clean({ ...this.#options(), ...more });
  }

  #options(): CleanOptions {
    return {
      hypervisor: this.#hypervisor,
      domains: [],
      access: null,
      qemu: 'suspected',
      allowLiveOnly: true,
      removalRequests: () => Promise.resolve([]),
      kinds: [],
      nic: null,
      maxRisk: 'data-path',
      choose: null,
      releaseHolders: false,
      apply: true,
      timeoutMs: 60_000,
      openRun: () => openJournal(this.#stateDir, '0.0.0'),
      stateDir: this.#stateDir,
      lockWaitMs: 1_000,
      progress: { info: () => undefined, step: () => undefined, waiting: () => undefined },
      signal: new AbortController().signal,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hypervisor[Symbol.asyncDispose]();
    await rm(this.#stateDir, { recursive: true, force: true });
  }
}
