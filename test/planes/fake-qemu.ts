/** A network device of the fake QEMU. */
export interface FakeDevice {
  readonly id: string;
  readonly mac: string;
  /** The root port it is behind: 00:(port+1).0, whose bus the guest numbers `port`. */
  readonly port: number;
  readonly backend: string | null;
  /** device_del takes it out at once; `never`: it is asked and stays; `refuses`: QEMU says so, once. */
  leaves?: 'at-once' | 'never' | { readonly refuses: string };
}

/** Answers the monitor commands that hotnic uses, as QEMU 7.2 does (recorded from it). */
export class FakeQemu {
  readonly devices: FakeDevice[];
  readonly backends: Map<string, string>;
  /** Slot Control and Slot Status words of ports, by port. */
  readonly slots = new Map<number, number>();
  /** Commands in the order in which they came. */
  readonly asked: string[] = [];

  constructor(devices: readonly FakeDevice[], backends: readonly (readonly [string, string])[] = []) {
    this.devices = [...devices];
    this.backends = new Map([
      ...devices.flatMap(({ backend }) => (backend === null ? [] : [[backend, 'tap'] as const])),
      ...backends,
    ]);
  }

  /** The simulator's `monitor`. */
  readonly monitor = (command: string, hmp: boolean): string => {
    if (hmp) {
      this.asked.push(command);
      return command === 'info network' ? this.#network() : this.#dump(command);
    }
    const { execute, arguments: args = {} } = JSON.parse(command) as {
      execute: string;
      arguments?: Record<string, string>;
    };
    this.asked.push(`${execute} ${args['id'] ?? args['path'] ?? ''}`.trim());
    return JSON.stringify(this.#answer(execute, args));
  };

  #answer(execute: string, args: Record<string, string>): object {
    if (execute === 'query-pci') return { return: [{ bus: 0, devices: this.#ports() }] };
    if (execute === 'qom-get') return { return: args['property'] === 'MCFG' ? 0xb0000000 : '' };
    if (execute === 'qom-list') return this.#list(args['path'] ?? '');
    if (execute === 'device_del') return this.#deviceDel(args['id'] ?? '');
    if (execute === 'netdev_del') {
      if (!this.backends.delete(args['id'] ?? '')) return refusal(`Device '${args['id'] ?? ''}' not found`);
      return { return: {} };
    }
    return refusal('The command has not been found');
  }

  #list(path: string): object {
    const id = path.slice('/machine/peripheral/'.length);
    if (id !== '' && !this.devices.some((one) => one.id === id)) return refusal(`Device '${path}' not found`);
    const devices = this.devices.map((one) => ({ name: one.id, type: 'child<virtio-net-pci>' }));
    return { return: [{ name: 'type', type: 'string' }, ...devices] };
  }

  #deviceDel(id: string): object {
    const at = this.devices.findIndex((one) => one.id === id);
    const device = this.devices[at];
    if (!device) return refusal(`Device '${id}' not found`);
    const { leaves = 'at-once' } = device;
    if (leaves === 'at-once') this.devices.splice(at, 1);
    else if (leaves !== 'never') {
      device.leaves = 'at-once';
      return refusal(leaves.refuses);
    }
    return { return: {} };
  }

  #ports(): object[] {
    return [1, 2, 3, 4].map((port) => ({
      ...pci(0, port + 1, `pci.${port}`, 0x0604),
      pci_bridge: {
        bus: { number: 0, secondary: port, subordinate: port },
        devices: this.devices.filter((one) => one.port === port).map((one) => pci(port, 0, one.id, 0x0200)),
      },
    }));
  }

  #network(): string {
    const line = (id: string) => `${id}: index=0,type=${this.backends.get(id) ?? ''},fd=30\r\n`;
    const used = this.devices.map(({ backend }) => backend);
    const free = [...this.backends.keys()].filter((id) => !used.includes(id));
    const nics = this.devices.map(
      ({ id, mac, backend }) =>
        `${id}: index=0,type=nic,model=virtio-net-pci,macaddr=${mac}\r\n${backend === null ? '' : ` \\ ${line(backend)}`}`,
    );
    return [...free.map(line), ...nics].join('');
  }

  /** A port's configuration space with a PCI Express capability at 0x54, as pcie-root-port has it. */
  #dump(command: string): string {
    const at = Number.parseInt(/0x([0-9a-f]+)$/.exec(command)?.[1] ?? '0', 16) - 0xb0000000;
    const words = Array.from({ length: 64 }, () => 0);
    words[0x34 / 4] = 0x54;
    words[0x54 / 4] = 0x01420010;
    words[(0x54 + 0x18) / 4] = this.slots.get(at / 0x8000 - 1) ?? 0x00000100;
    return hexDump(0xb0000000 + at, words);
  }
}

/** What `xp /64xw` prints. */
export function hexDump(at: number, words: readonly number[]): string {
  return Array.from({ length: words.length / 4 }, (_, row) => {
    const shown = words
      .slice(row * 4, row * 4 + 4)
      .map((word) => `0x${(word >>> 0).toString(16).padStart(8, '0')}`);
    return `${(at + row * 16).toString(16).padStart(16, '0')}: ${shown.join(' ')}\r\n`;
  }).join('');
}

function pci(bus: number, slot: number, id: string, code: number): object {
  return {
    bus,
    slot,
    function: 0,
    qdev_id: id,
    class_info: { class: code, desc: '' },
    id: { vendor: 0, device: 0 },
    regions: [],
    irq_pin: 1,
  };
}

function refusal(desc: string): object {
  return { error: { class: 'GenericError', desc } };
}
