import type { Qmp } from './qmp.js';

/** A network function of the outer machine, as tests name it. */
export interface MachineFunction {
  /** QEMU's id of the device: what `device_del` in the outer machine takes. */
  readonly id: string;
  /** Where the outer machine finds it. */
  readonly address: string;
  readonly driver: string;
  readonly mac: string;
  /** sysfs `reset_method`; empty where the function has none (measured, Debian 12's kernel). */
  readonly resetMethod: string;
  /** Members of the same IOMMU group, by id. */
  readonly groupWith: readonly string[];
  /** What QEMU is told to make it. */
  readonly device: readonly string[];
}

const mac = (last: number) => `52:54:00:6c:01:${last.toString(16).padStart(2, '0')}`;

/**
 * The functions that may be handed to guests. The numbers of their buses follow from the order of the root ports.
 * All of them hang on one hub, so what one sends the others receive.
 */
export const MACHINE_FUNCTIONS: readonly MachineFunction[] = [
  {
    id: 'e1000e-a',
    address: '0000:01:00.0',
    driver: 'e1000e',
    mac: mac(1),
    resetMethod: 'pm bus',
    groupWith: [],
    device: ['e1000e', 'bus=rp1'],
  },
  {
    id: 'e1000e-b',
    address: '0000:02:00.0',
    driver: 'e1000e',
    mac: mac(2),
    resetMethod: 'pm bus',
    groupWith: [],
    device: ['e1000e', 'bus=rp2'],
  },
  {
    id: 'virtio',
    address: '0000:03:00.0',
    driver: 'virtio-pci',
    mac: mac(3),
    resetMethod: 'flr pm bus',
    groupWith: [],
    device: ['virtio-net-pci', 'bus=rp3', 'iommu_platform=on', 'ats=on', 'disable-legacy=on'],
  },
  {
    id: 'igb',
    address: '0000:04:00.0',
    driver: 'igb',
    mac: mac(4),
    resetMethod: 'flr pm bus',
    groupWith: [],
    device: ['igb', 'bus=rp4'],
  },
  {
    id: 'e1000-a',
    address: '0000:06:01.0',
    driver: 'e1000',
    mac: mac(5),
    resetMethod: 'bus',
    groupWith: ['e1000-b'],
    device: ['e1000', 'bus=shared', 'addr=1'],
  },
  {
    id: 'e1000-b',
    address: '0000:06:02.0',
    driver: 'e1000',
    mac: mac(6),
    resetMethod: '',
    groupWith: ['e1000-a'],
    device: ['e1000', 'bus=shared', 'addr=2'],
  },
];

/** Virtual functions that the igb function can have. */
export const MACHINE_VFS = 7;
/** Root ports of the outer machine; the first five are taken, `rp6` and on are free for `device_add`. */
export const MACHINE_PORTS = 8;
/** The outer machine's own NIC: SSH comes in here. It is known by {@link MANAGEMENT_MAC} and is on no root port. */
export const MANAGEMENT_FUNCTION = '0000:00:1e.0';

/** The QEMU arguments of one function with its place in the hub. */
export function functionArguments({ id, mac, device }: MachineFunction): readonly string[] {
  const netdev = `hubport,id=net-${id},hubid=0`;
  const [model = '', ...properties] = device;
  return [
    ...['-netdev', netdev],
    ...[
      '-device',
      [model, `id=${id}`, `netdev=net-${id}`, `mac=${mac}`, 'romfile=', ...properties].join(','),
    ],
  ];
}

/** Puts a function that was taken out with `device_del` back into the running outer machine. */
export async function plugFunction(qmp: Qmp, { id, mac, device }: MachineFunction): Promise<void> {
  const [driver = '', ...properties] = device;
  await qmp.execute('device_add', {
    driver,
    id,
    mac,
    netdev: `net-${id}`,
    romfile: '',
    ...Object.fromEntries(properties.map((property) => property.split('=') as [string, string])),
  });
}
