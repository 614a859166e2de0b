import { mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localChannel, type Channel, type CommandResult } from '../../../lib/channel/index.js';
import { openHypervisor } from '../../../lib/hypervisor/open.js';
import { readDomain } from '../../../lib/xml/domain.js';
import { attribute, firstChild } from '../../../lib/xml/tree.js';
import { openWorld, type TestWorld } from '../world.js';
import { domainXml } from '../domains.js';

/** A row of the fake PF, under iproute2's own names. */
export interface FakeRow {
  mac: string;
  vlan: number;
  qos: number;
  spoofchk: boolean;
  trust: boolean;
  link_state: string;
  max_tx: number;
}

export const PF = '0000:01:00.0';
/** The function of a VF: as igb has them, 128 behind the PF and two apart. */
export const vfAt = (index: number): string => `0000:01:1${(index * 2) >> 3}.${(index * 2) & 7}`;

/**
 * A host with one PF: a sysfs tree in a folder, which the real scripts read, and an `ip` that knows one table of VFs. A
 * VF that the running definition of web1 names is on vfio-pci; libvirt's own part (it sets MAC and VLAN, and puts them
 * back) is played too.
 */
export class FakeHost {
  readonly rows: FakeRow[] = [];
  /** What `ip link set … vf` answers to a setting, with the times left; the setting is not made. */
  readonly refuse = new Map<string, { text: string; times: number }>();
  /** Every change of a row, "0 mac 52:54:…", in order. */
  readonly sets: string[] = [];
  pfUp = true;
  /** Netdev of a VF by number: addresses and the like, as `ip` shows them. */
  readonly netdevFacts = new Map<number, Record<string, unknown>>();
  /** While true, a VF that was let go stays on vfio-pci. */
  keepsAway = false;
  readonly #folder: string;
  #given = new Map<number, { mac: string; vlan: number }>();
  world: TestWorld | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(vfs: number): Promise<FakeHost> {
    const host = new FakeHost(await mkdtemp(join(tmpdir(), 'hotnic-pf-')));
    for (const folder of ['devices', 'tree', 'drivers/igb', 'drivers/igbvf', 'drivers/vfio-pci', 'groups'])
      await mkdir(join(host.#folder, folder), { recursive: true });
    await host.#addFunction(PF, 10, 'igb', 'pf0', {
      sriov_totalvfs: '7',
      sriov_offset: '128',
      sriov_stride: '2',
    });
    await host.setCount(vfs);
    return host;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  /** Makes or takes away VFs, as the kernel does on a write to sriov_numvfs. */
  async setCount(count: number): Promise<void> {
    const device = (address: string, name = '') => join(this.#folder, 'tree', address, name);
    while (this.rows.length > count) {
      const index = this.rows.length - 1;
      await rm(device(PF, `virtfn${index}`));
      await rm(join(this.#folder, 'devices', vfAt(index)));
      await rm(device(vfAt(index)), { recursive: true });
      this.rows.pop();
    }
    while (this.rows.length < count) {
      const index = this.rows.length;
      await this.#addFunction(vfAt(index), 20 + index, 'igbvf', `vf${index}`, {});
      await symlink(`../${vfAt(index)}`, device(PF, `virtfn${index}`));
      await symlink(`../${PF}`, device(vfAt(index), 'physfn'));
      this.rows.push({
        mac: `02:00:00:00:00:0${index}`,
        vlan: 0,
        qos: 0,
        spoofchk: true,
        trust: false,
        link_state: 'auto',
        max_tx: 0,
      });
    }
  }

  async #addFunction(
    address: string,
    group: number,
    driver: string,
    netdev: string,
    files: Record<string, string>,
  ): Promise<void> {
    const at = join(this.#folder, 'tree', address);
    await mkdir(join(at, 'net', netdev), { recursive: true });
    await mkdir(join(this.#folder, 'groups', String(group)), { recursive: true });
    const all = {
      class: '0x020000',
      vendor: '0x8086',
      device: '0x10c9',
      numa_node: '-1',
      reset_method: 'flr',
      reset: '',
      ...files,
    };
    for (const [name, text] of Object.entries(all)) await writeFile(join(at, name), `${text}\n`);
    await writeFile(join(at, 'net', netdev, 'address'), '02:00:00:00:00:99\n');
    await symlink(`../../groups/${group}`, join(at, 'iommu_group'));
    await symlink(`../../drivers/${driver}`, join(at, 'driver'));
    await symlink(`../tree/${address}`, join(this.#folder, 'devices', address));
  }

  async driverOf(index: number): Promise<string> {
    return (await readlink(join(this.#folder, 'tree', vfAt(index), 'driver'))).split('/').at(-1) ?? '';
  }

  async setDriver(index: number, driver: 'igbvf' | 'vfio-pci'): Promise<void> {
    const at = join(this.#folder, 'tree', vfAt(index));
    await rm(join(at, 'driver'));
    await symlink(`../../drivers/${driver}`, join(at, 'driver'));
    if (driver === 'vfio-pci') await rm(join(at, 'net'), { recursive: true, force: true });
    else await mkdir(join(at, 'net', `vf${index}`), { recursive: true });
  }

  /** libvirt's part: it takes and gives back what the running definition names, with MAC and VLAN. */
  async sync(): Promise<void> {
    const live = this.world?.daemon.domain('web1').liveXml ?? null;
    const nics = live === null ? [] : readDomain(live).interfaces;
    for (const [index, row] of this.rows.entries()) {
      const nic = nics.find(({ hostdevSource }) => hostdevSource === vfAt(index));
      const before = this.#given.get(index);
      if (nic !== undefined && before === undefined) {
        this.#given.set(index, { mac: row.mac, vlan: row.vlan });
        row.mac = nic.mac ?? row.mac;
        row.vlan = Number(attribute(firstChild(firstChild(nic.element, 'vlan'), 'tag'), 'id') ?? 0);
        await this.setDriver(index, 'vfio-pci');
      }
      if (nic === undefined && before !== undefined && !this.keepsAway) {
        this.#given.delete(index);
        Object.assign(row, before);
        await this.setDriver(index, 'igbvf');
      }
    }
  }

  get channel(): Channel {
    const local = localChannel();
    return {
      label: 'a host with a PF',
      run: async (argv, options) => {
        await this.sync();
        if (argv[0] === 'ip') return this.#ip(argv.slice(1));
        const [count, address] = [argv[5], argv[4]];
        if (argv[2]?.includes('sriov_numvfs') === true && address === PF) {
          await this.setCount(Number(count));
          return answer('');
        }
        await writeFile(join(this.#folder, 'ip.json'), JSON.stringify(this.#links()));
        const moved = argv.map((word) =>
          word
            .replaceAll('/sys/bus/pci/devices', join(this.#folder, 'devices'))
            .replaceAll('ip -j -d address show', `cat ${join(this.#folder, 'ip.json')}`),
        );
        return await local.run(moved, options);
      },
      lines: (argv, options) => local.lines(argv, options),
      writeFile: () => Promise.reject(new Error('nothing is written here')),
      readFile: (path, options) => local.readFile(path, options),
      close: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  #links(): readonly unknown[] {
    const pf = {
      ifindex: 2,
      ifname: 'pf0',
      flags: this.pfUp ? ['UP', 'LOWER_UP'] : [],
      address: '02:00:00:00:00:fe',
      parentbus: 'pci',
      parentdev: PF,
      vfinfo_list: this.rows.map((row, vf) => ({
        vf,
        link_type: 'ether',
        address: row.mac,
        vlan_list: [
          { ...(row.vlan === 0 ? {} : { vlan: row.vlan }), ...(row.qos === 0 ? {} : { qos: row.qos }) },
        ],
        ...(row.max_tx === 0 ? {} : { rate: { max_tx: row.max_tx, min_tx: 0 } }),
        spoofchk: row.spoofchk,
        link_state: row.link_state,
        trust: row.trust,
      })),
    };
    const vfs = this.rows.flatMap((row, index) =>
      this.#given.has(index)
        ? []
        : [
            {
              ifindex: 10 + index,
              ifname: `vf${index}`,
              flags: [],
              address: row.mac,
              parentbus: 'pci',
              parentdev: vfAt(index),
              ...this.netdevFacts.get(index),
            },
          ],
    );
    return [pf, ...vfs];
  }

  #ip(words: readonly string[]): CommandResult {
    if (words[0] === '-j') {
      const dev = words.indexOf('dev') < 0 ? null : words[words.indexOf('dev') + 1];
      const all = this.#links() as { ifname: string }[];
      const shown = dev === null ? all : all.filter(({ ifname }) => ifname === dev);
      if (shown.length === 0) return answer('', `Device "${dev ?? ''}" does not exist.`, 1);
      return answer(JSON.stringify(shown));
    }
    const [, , , pf, , number = '', setting = '', value = ''] = words;
    const row = this.rows[Number(number)];
    if (pf !== 'pf0' || !row) return answer('', 'RTNETLINK answers: Invalid argument', 2);
    const refusal = this.refuse.get(setting);
    if (refusal !== undefined && refusal.times > 0) {
      refusal.times -= 1;
      return answer('', `RTNETLINK answers: ${refusal.text}`, 2);
    }
    this.sets.push([number, ...words.slice(6)].join(' '));
    if (setting === 'mac') row.mac = value;
    if (setting === 'vlan') row.vlan = Number(value);
    if (setting === 'spoofchk') row.spoofchk = value === 'on';
    if (setting === 'trust') row.trust = value === 'on';
    if (setting === 'state') row.link_state = value;
    if (setting === 'max_tx_rate') row.max_tx = Number(value);
    return answer('');
  }
}

function answer(stdout: string, stderr = '', status = 0): CommandResult {
  return { status, signal: null, stdout, stderr };
}

/** A simulated hypervisor with web1 and a host that has a PF with so many VFs. */
export async function openPfWorld(vfs = 3): Promise<TestWorld & { readonly pf: FakeHost }> {
  const pf = await FakeHost.make(vfs);
  const at = await openWorld({ domains: [{ xml: domainXml() }] });
  const hypervisor = await openHypervisor(at.uri, { host: pf.channel, timeoutMs: 10_000 });
  pf.world = at;
  return {
    ...at,
    hypervisor,
    pf,
    async [Symbol.asyncDispose]() {
      await hypervisor[Symbol.asyncDispose]();
      await at[Symbol.asyncDispose]();
      await pf.remove();
    },
  };
}
