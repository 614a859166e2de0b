import { NETWORK_IDS } from './pci-ids.js';

/** One driver of network devices that guests have. */
export interface DriverFacts {
  /** The module: "virtio_net", "xen-netfront". */
  readonly driver: string;
  /** What the device is, in words. */
  readonly device: string;
  readonly bus: 'virtio' | 'pci' | 'vmbus' | 'xen';
  /** Other names under which sysfs or ethtool show it. */
  readonly also: readonly string[];
  /** What the speed and duplex that it reports are worth; from the driver's sources in the kernel (drivers/net). */
  readonly speed: string;
}

/**
 * The drivers that hotnic knows by name. Which device belongs to which is told by the kernel's own device tables
 * (pci-ids.ts), by vmbus class or xenbus type.
 */
export const DRIVERS: readonly DriverFacts[] = [
  {
    driver: 'virtio_net',
    device: 'virtio network device (KVM)',
    bus: 'virtio',
    also: ['virtio-net'],
    speed:
      'a virtio link has no speed of its own: it reads unknown (-1 in sysfs) unless the host offers one (VIRTIO_NET_F_SPEED_DUPLEX) or "ethtool -s" wrote one; either is a label and limits nothing',
  },
  {
    driver: 'ena',
    device: 'Elastic Network Adapter (AWS)',
    bus: 'pci',
    also: [],
    speed:
      'the adapter tells a speed only where its firmware does, else it reads unknown; what an instance may send is set by its type',
  },
  {
    driver: 'gve',
    device: 'Google Virtual NIC (gVNIC)',
    bus: 'pci',
    also: ['gvnic'],
    speed: 'the device tells a speed; what an instance may send is set by its machine type',
  },
  {
    driver: 'e1000',
    device: 'Intel 8254x (emulated in most guests)',
    bus: 'pci',
    also: [],
    speed: 'an emulated PHY always says 1000 Mbit/s, full duplex; nothing is limited to it',
  },
  {
    driver: 'e1000e',
    device: 'Intel 8257x/8258x (emulated in most guests)',
    bus: 'pci',
    also: [],
    speed: 'an emulated PHY always says 1000 Mbit/s, full duplex; nothing is limited to it',
  },
  {
    driver: 'igb',
    device: 'Intel 82575/82576/I350 physical function',
    bus: 'pci',
    also: [],
    speed: 'the PHY’s own; emulated ones always say 1000 Mbit/s, full duplex',
  },
  {
    driver: 'igbvf',
    device: 'Intel 82576/I350 virtual function',
    bus: 'pci',
    also: [],
    speed: 'the physical function’s link; a rate limit that its host has set does not show',
  },
  {
    driver: 'ixgbevf',
    device: 'Intel 82599/X540/X550 virtual function',
    bus: 'pci',
    also: [],
    speed: 'the physical function’s link; a rate limit that its host has set does not show',
  },
  {
    driver: 'iavf',
    device: 'Intel adaptive virtual function (X710, E810)',
    bus: 'pci',
    also: ['i40evf'],
    speed: 'the physical function’s link; a rate limit that its host has set does not show',
  },
  {
    driver: 'mlx5_core',
    device: 'Mellanox ConnectX-4 and later',
    bus: 'pci',
    also: ['mlx5', 'mlx5e'],
    speed: 'the physical port’s link; of a virtual function too',
  },
  {
    driver: 'vmxnet3',
    device: 'VMware VMXNET3',
    bus: 'pci',
    also: [],
    speed:
      'the virtual device says 10000 Mbit/s whatever the uplink is, up to device version 8; from 9 on what was set for the machine',
  },
  {
    driver: 'hv_netvsc',
    device: 'Hyper-V synthetic network device',
    bus: 'vmbus',
    also: ['netvsc'],
    speed:
      'what the host says of its virtual switch; with accelerated networking the packets go through a virtual function beside it',
  },
  {
    driver: '8139cp',
    device: 'Realtek RTL8139C+ (emulated in most guests)',
    bus: 'pci',
    also: ['8139too'],
    speed: 'an emulated PHY says 100 Mbit/s, full duplex; nothing is limited to it',
  },
  {
    driver: 'xen-netfront',
    device: 'Xen paravirtual network frontend',
    bus: 'xen',
    also: ['vif', 'xennet', 'xen_netfront', 'netfront'],
    speed:
      'a frontend has no link settings: sysfs, ethtool and mii-tool say unknown or nothing at all, and that is no fault',
  },
];

/** The modules' names, for a shell: letters, digits, "_" and "-" only. */
export const NAMED_DRIVERS: readonly string[] = DRIVERS.map(({ driver }) => driver);

/** What is known of a driver, by any of its names; null for one that hotnic does not know. */
export function driverNamed(name: string | null): DriverFacts | null {
  return DRIVERS.find(({ driver, also }) => driver === name || also.includes(name ?? '')) ?? null;
}

// hv_netvsc's class in the kernel's notation of bytes (linux/hyperv.h, HV_NIC_GUID).
const NETVSC = 'vmbus:635161f83edfc546913ff2d2f965ed0e';

/** The driver for a device, by the modalias that the kernel gives it: of PCI, virtio, vmbus or xenbus. */
export function driverForModalias(modalias: string): DriverFacts | null {
  const pci = /^pci:v0000([0-9A-F]{4})d0000([0-9A-F]{4})sv/.exec(modalias);
  if (pci) return driverForPci(Number.parseInt(pci[1] ?? '', 16), Number.parseInt(pci[2] ?? '', 16));
  if (modalias.startsWith('virtio:d00000001v')) return driverNamed('virtio_net');
  if (modalias.toLowerCase() === NETVSC) return driverNamed('hv_netvsc');
  return modalias === 'xen:vif' ? driverNamed('xen-netfront') : null;
}

/** The driver for a PCI function, by its vendor and device. */
export function driverForPci(vendor: number, device: number): DriverFacts | null {
  const hex = device.toString(16).padStart(4, '0');
  const row = NETWORK_IDS.find((one) => one.vendor === vendor && one.devices.split(' ').includes(hex));
  return driverNamed(row?.driver ?? null);
}
