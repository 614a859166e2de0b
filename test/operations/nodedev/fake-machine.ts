import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localChannel, type Channel } from '../../../lib/channel/index.js';
import { openHypervisor } from '../../../lib/hypervisor/open.js';
import { openWorld, type TestWorld } from '../world.js';
import { domainXml } from '../domains.js';

/** A function of the fake machine. */
export interface FakeFunction {
  readonly address: string;
  readonly class?: string;
  readonly group?: number | null;
  readonly driver: string | null;
  readonly netdev?: string;
  readonly methods?: string;
  /** The port above it. */
  readonly under?: string;
}

/**
 * A machine whose sysfs is a folder and whose netdevs are real ones of a network namespace of its own: the scripts and
 * `ip` are the real ones. Whatever the simulated libvirt did with a function shows in both at the next command.
 */
export class FakeMachine {
  readonly #folder: string;
  readonly #holder: ChildProcess;
  readonly #functions = new Map<string, FakeFunction>();
  /** Processes that hold vfio groups, as links of a fake /proc: group to pid. */
  readonly holders = new Map<number, number>();
  /** A reset clears the register that tells; false: the kernel says yes and does nothing. */
  resets = true;
  /** Commands that ran, by their first words. */
  readonly ran: string[] = [];
  /** Ends hotnic's process, so to speak, before the n-th command from now. */
  world: TestWorld | null = null;

  private constructor(folder: string, holder: ChildProcess) {
    this.#folder = folder;
    this.#holder = holder;
  }

  static async make(functions: readonly FakeFunction[]): Promise<FakeMachine> {
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 600'], { stdio: 'pipe' });
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => {
        resolve();
      });
      holder.once('exit', () => {
        reject(new Error('this test makes a network namespace: it needs root'));
      });
    });
    const machine = new FakeMachine(await mkdtemp(join(tmpdir(), 'hotnic-machine-')), holder);
    await mkdir(join(machine.#folder, 'devices'), { recursive: true });
    for (const one of functions) await machine.#add(one);
    return machine;
  }

  async remove(): Promise<void> {
    this.#holder.kill('SIGKILL');
    await rm(this.#folder, { recursive: true });
  }

  /** Runs a command in the machine's network namespace. */
  async run(...argv: readonly string[]): Promise<string> {
    const { stdout, stderr, status } = await localChannel().run(this.#inside(argv));
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
    return stdout;
  }

  driverOf(address: string): string | null {
    const device = this.#deviceOf(address);
    const one = this.#functions.get(address);
    if (device.driver !== null) return 'vfio-pci';
    return this.#bound.has(address) ? (one?.driver ?? null) : null;
  }

  /** Gives a function to vfio-pci behind libvirt's back, or takes its driver away. */
  async put(address: string, driver: 'vfio-pci' | null): Promise<void> {
    this.#deviceOf(address).driver = driver === null ? null : 'vfio';
    if (driver === null) this.#bound.delete(address);
    await this.sync();
  }

  readonly #bound = new Set<string>();
  readonly #shown = new Map<string, string | null>();

  async #add(one: FakeFunction): Promise<void> {
    const { address, under } = one;
    this.#functions.set(address, one);
    this.#bound.add(address);
    const at = join(this.#folder, 'tree', 'pci0000:00', ...(under === undefined ? [] : [under]), address);
    await mkdir(at, { recursive: true });
    await symlink(at, join(this.#folder, 'devices', address));
    const config = Buffer.alloc(256);
    config.write('8680d310', 'hex');
    config[6] = 0x10;
    config[0x34] = 0x50;
    config[0x50] = 5;
    const files: Record<string, string | Buffer> = {
      class: `${one.class ?? '0x020000'}\n`,
      vendor: '0x8086\n',
      device: '0x10d3\n',
      numa_node: '-1\n',
      driver_override: '(null)\n',
      config,
      ...(one.methods === undefined ? {} : { reset_method: `${one.methods}\n`, reset: '' }),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(at, name), content);
    const group = one.group === undefined ? 1 : one.group;
    if (group !== null) await symlink(`/sys/kernel/iommu_groups/${group}`, join(at, 'iommu_group'));
  }

  #deviceOf(address: string) {
    const device = this.world?.daemon.nodeDevice(`pci_${address.replace(/[:.]/g, '_')}`);
    if (!device) throw new Error(`no ${address}`);
    return device;
  }

  /** The kernel's part: driver links and netdevs follow what libvirt did. */
  async sync(): Promise<void> {
    if (!this.world) return;
    for (const [address, one] of this.#functions) {
      if (this.#shown.get(address) === 'vfio-pci' && this.#deviceOf(address).driver === null)
        this.#bound.add(address);
      const driver = this.driverOf(address);
      if (this.#shown.has(address) && this.#shown.get(address) === driver) continue;
      this.#shown.set(address, driver);
      const at = join(this.#folder, 'devices', address);
      await rm(join(at, 'driver'), { force: true });
      if (driver !== null) await symlink(`/sys/bus/pci/drivers/${driver}`, join(at, 'driver'));
      if (one.netdev === undefined) continue;
      const home = driver !== null && driver !== 'vfio-pci';
      if (home) {
        await this.run(
          'ip',
          'link',
          'add',
          one.netdev,
          'address',
          '02:00:00:00:00:07',
          'type',
          'veth',
          'peer',
          `peer-${one.netdev}`,
        );
        await mkdir(join(at, 'net', one.netdev), { recursive: true });
      } else {
        await rm(join(at, 'net'), { recursive: true, force: true });
        await this.run('sh', '-c', `ip link del ${one.netdev} 2>/dev/null; true`);
      }
    }
  }

  get channel(): Channel {
    const local = localChannel();
    return {
      label: 'a fake machine',
      run: async (argv, options) => {
        await this.sync();
        this.ran.push(argv.slice(0, 2).join(' '));
        if (argv.some((word) => word.includes('/proc/[0-9]*/fd')))
          return { status: 0, signal: null, stderr: '', stdout: this.#walk() };
        if (argv[2]?.includes('/proc/$pid/comm') === true)
          return {
            status: 0,
            signal: null,
            stderr: '',
            stdout: argv
              .slice(4)
              .map((pid) => `${pid}\t1\tqemu\tguest=lost`)
              .join('\n'),
          };
        const moved = argv.map((word) =>
          word.replaceAll('/sys/bus/pci/devices', join(this.#folder, 'devices')),
        );
        const result = await local.run(this.#inside(moved), options);
        if (moved[2]?.includes('of=reset ') === true && this.resets)
          return await this.#afterReset(result, argv[4] ?? '');
        return result;
      },
      lines: (argv, options) => local.lines(argv, options),
      writeFile: () => Promise.reject(new Error('nothing is written here')),
      readFile: (path, options) => local.readFile(path, options),
      close: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** What was written to the methods of a function. */
  async methodsOf(address: string): Promise<string> {
    return (await readFile(join(this.#folder, 'devices', address, 'reset_method'), 'utf8')).trim();
  }

  async #afterReset<T extends { stdout: string }>(result: T, address: string): Promise<T> {
    const config = join(this.#folder, 'devices', address, 'config');
    const bytes = await readFile(config);
    bytes[0x55] = 0;
    await writeFile(config, bytes);
    return { ...result, stdout: result.stdout.replace(/^after\t\d+$/m, 'after\t0') };
  }

  #walk(): string {
    const lines = [...this.holders].map(([group, pid]) => `vfio\t/dev/vfio/${group}\t/proc/${pid}/fd/9`);
    return [...lines, 'end', ''].join('\n');
  }

  #inside(argv: readonly string[]): readonly string[] {
    return ['nsenter', `--net=/proc/${this.#holder.pid ?? 0}/ns/net`, ...argv];
  }
}

/** A simulated hypervisor with web1 on a machine with these functions. */
export async function openMachine(
  functions: readonly FakeFunction[],
): Promise<TestWorld & { readonly machine: FakeMachine }> {
  const machine = await FakeMachine.make(functions);
  const at = await openWorld({
    domains: [{ xml: domainXml() }],
    nodeDevices: functions.map(({ address }) => ({
      xml: `<device><name>pci_${address.replace(/[:.]/g, '_')}</name><capability type='pci'/></device>`,
    })),
  });
  machine.world = at;
  await machine.sync();
  const hypervisor = await openHypervisor(at.uri, { host: machine.channel, timeoutMs: 5000 });
  return {
    ...at,
    hypervisor,
    machine,
    async [Symbol.asyncDispose]() {
      await hypervisor[Symbol.asyncDispose]();
      await at[Symbol.asyncDispose]();
      await machine.remove();
    },
  };
}
