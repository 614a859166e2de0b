import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHypervisor, type Hypervisor } from '../../../lib/hypervisor/open.js';
import { readVfTable, type VfRow } from '../../../lib/hypervisor/pci/index.js';
import { openJournal } from '../../../lib/journal/index.js';
import { attach, type AttachOptions, type AttachReport } from '../../../lib/operations/attach/attach.js';
import { detach, type DetachOptions, type DetachReport } from '../../../lib/operations/detach/detach.js';
import type { RecoverOptions } from '../../../lib/operations/recovery/index.js';
import { hostWorld } from '../../../lib/operations/acts/host-world.js';
import { checkInterfaceSpec, type InterfaceInput } from '../../../lib/xml/interface-spec.js';
import type { Outer } from '../support/outer.js';

/** The PF of the outer machine that can have VFs. */
export const PF = { netdev: 'enp4s0', address: '0000:04:00.0' };

/** hotnic's operations on the outer machine's hypervisor, with a journal on this side. */
export class VfWorld {
  readonly hypervisor: Hypervisor;
  readonly state: string;
  readonly #opened: Disposable[] = [];

  private constructor(hypervisor: Hypervisor, state: string) {
    this.hypervisor = hypervisor;
    this.state = state;
  }

  /** The PF is up and has so many VFs, each on its driver with a netdev; the domain `inner` runs. */
  static async open(outer: Outer, vfs: number): Promise<VfWorld> {
    await outer.sh(
      `ip link set dev ${PF.netdev} up; echo ${vfs} > /sys/bus/pci/devices/${PF.address}/sriov_numvfs; udevadm settle
       for i in $(seq 100); do [ "$(ls -d /sys/bus/pci/devices/${PF.address}/virtfn*/net/* 2>/dev/null | wc -l)" = ${vfs} ] && break; sleep 0.1; done
       [ "$(virsh domstate inner)" = running ] || virsh start inner >/dev/null`,
    );
    return await VfWorld.connect(outer);
  }

  /** Without a word about the machine; `state` is another's journal to work with. */
  static async connect(outer: Outer, state?: string): Promise<VfWorld> {
    const remote = await outer.machine.connect();
    const hypervisor = await openHypervisor(outer.machine.uri, { host: remote, remote, timeoutMs: 60_000 });
    return new VfWorld(hypervisor, state ?? (await mkdtemp(join(tmpdir(), 'hotnic-nested-'))));
  }

  #common() {
    return {
      hypervisor: this.hypervisor,
      guest: null,
      timeoutMs: 60_000,
      stateDir: this.state,
      dryRun: false,
      signal: new AbortController().signal,
      recorder: () => {
        const journal = openJournal(this.state, 'test');
        this.#opened.push(journal);
        return journal;
      },
      progress: { info: () => undefined, waiting: () => undefined, step: () => undefined },
    };
  }

  attach(input: Partial<InterfaceInput>, more: Partial<AttachOptions> = {}): Promise<AttachReport> {
    return attach({
      ...this.#common(),
      domain: 'inner',
      spec: checkInterfaceSpec({ type: 'hostdev', managed: true, ...input }),
      affect: { live: true, config: false, current: false, persistent: false },
      waitIp: false,
      keep: false,
      force: false,
      settleMs: 0,
      ...more,
    });
  }

  detach(nic: string, more: Partial<DetachOptions> = {}): Promise<DetachReport> {
    return detach({
      ...this.#common(),
      domain: 'inner',
      nic,
      affect: { live: false, config: false, current: false, persistent: false },
      allowManagementNic: false,
      ...more,
    });
  }

  recovering(run: string): RecoverOptions {
    return { ...this.#common(), run, world: hostWorld(this.hypervisor, 60_000) };
  }

  async rows(): Promise<readonly VfRow[]> {
    return (await readVfTable(this.hypervisor.host, PF.netdev)).rows;
  }

  async close(): Promise<void> {
    for (const one of this.#opened.splice(0)) one[Symbol.dispose]();
    await this.hypervisor[Symbol.asyncDispose]();
    await rm(this.state, { recursive: true, force: true });
  }
}
