import { parseMac, type MacAddress } from '../nic/mac-address.js';

/** A NIC in QEMU's network layer. */
export interface QemuNic {
  /** The device's id, or QEMU's own name for one without ("virtio-net-pci.1"). */
  readonly name: string;
  readonly model: string | null;
  readonly mac: MacAddress | null;
  /** The ids of its backends, without repeats (a multiqueue tap comes once a queue). */
  readonly backends: readonly string[];
}

/** A network backend: what `netdev_add` makes. */
export interface QemuBackend {
  readonly id: string;
  /** "tap", "user", "vhost-user", … */
  readonly type: string;
  /** A NIC or a hub is connected to it. */
  readonly used: boolean;
}

export interface QemuNetwork {
  readonly nics: readonly QemuNic[];
  readonly backends: readonly QemuBackend[];
}

// A NIC or a free backend begins a line; the backend of the NIC above is behind " \ ", and so is a hub's port.
const LINE =
  /^( \\ )?(?:hub\d{1,6}port\d{1,6}: )?([A-Za-z#][\w.#-]{0,127}): index=\d{1,6},type=([a-z-]{1,32}),?(.{0,1024})$/;
const MOST_LINES = 8192;

/** Reads what the human monitor's `info network` prints (net/net.c, hmp_info_network); other lines are passed over. */
export function readInfoNetwork(text: string): QemuNetwork {
  const nics = new Map<string, QemuNic>();
  const backends = new Map<string, QemuBackend>();
  let above: string | null = null;
  for (const line of text.split(/\r?\n/, MOST_LINES)) {
    const match = LINE.exec(line);
    if (!match) {
      above = null;
      continue;
    }
    const [, indented, name = '', type = '', details = ''] = match;
    if (type === 'nic') {
      nics.set(name, nics.get(name) ?? readNic(name, details));
      if (indented === undefined) above = name;
    } else {
      const used = indented !== undefined || (backends.get(name)?.used ?? false);
      backends.set(name, { id: name, type, used });
      const nic = indented === undefined || above === null ? undefined : nics.get(above);
      if (nic && !nic.backends.includes(name))
        nics.set(nic.name, { ...nic, backends: [...nic.backends, name] });
    }
  }
  return { nics: [...nics.values()], backends: [...backends.values()] };
}

function readNic(name: string, details: string): QemuNic {
  return {
    name,
    model: /(?:^|,)model=([^,]+)/.exec(details)?.[1] ?? null,
    mac: parseMac(/(?:^|,)macaddr=([0-9a-f:]{17})(?:,|$)/i.exec(details)?.[1] ?? ''),
    backends: [],
  };
}
