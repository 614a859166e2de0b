/**
 * Answers of guests that the lab cannot be, made line by line from public documentation of the formats: ethtool(8),
 * Documentation/ABI/testing/sysfs-class-net and sysfs-bus-pci of the kernel, modinfo(8). None was read on the platform.
 */
export interface NicTree {
  readonly name: string;
  readonly mac: string;
  /** Below /sys; "" for a device without a PCI function. */
  readonly path: string;
  /** As it stands in sysfs: "pci", "virtio", "vmbus", "xen". */
  readonly bus: string;
  readonly modalias: string;
  /** The name of the driver's folder. */
  readonly driver: string;
  readonly module: string;
  readonly version: string;
  readonly speed: string;
  readonly duplex: string;
  readonly ethtool: Readonly<Record<string, string>>;
  /** class, vendor, device, subsystem. */
  readonly pci: readonly string[] | null;
}

const link = (speed: string, duplex: string) => `Settings for nic:
	Speed: ${speed}
	Duplex: ${duplex}
	Port: Other
	Auto-negotiation: off
	Link detected: yes`;
const info = (driver: string, version: string, firmware: string, bus: string) => `driver: ${driver}
version: ${version}
firmware-version: ${firmware}
expansion-rom-version:
bus-info: ${bus}
supports-statistics: yes`;
const rings = (most: number, now: number) => `Ring parameters for nic:
Pre-set maximums:
RX:			${most}
RX Mini:		n/a
RX Jumbo:		n/a
TX:			${most}
Current hardware settings:
RX:			${now}
RX Mini:		n/a
RX Jumbo:		n/a
TX:			${now}`;
const channels = (most: number, now: number) => `Channel parameters for nic:
Pre-set maximums:
RX:		n/a
TX:		n/a
Other:		n/a
Combined:	${most}
Current hardware settings:
RX:		n/a
TX:		n/a
Other:		n/a
Combined:	${now}`;
const offloads = `Features for nic:
rx-checksumming: on [fixed]
tx-checksumming: on
	tx-checksum-ipv4: off [fixed]
	tx-checksum-ip-generic: on
tcp-segmentation-offload: off
generic-receive-offload: on
large-receive-offload: off [requested on]`;

const onPci = (at: string, bus: string) => `/sys/devices/pci0000:00/${bus}0000:${at}`;

/** A NIC of each driver as its platform shows it. */
export const NIC_TREES: readonly NicTree[] = [
  {
    name: 'ens5',
    mac: '0a:ff:c1:00:00:01',
    path: onPci('00:05.0', ''),
    bus: 'pci',
    modalias: 'pci:v00001D0Fd0000EC20sv00000000sd00000000bc02sc00i00',
    driver: 'ena',
    module: 'ena',
    version: '2.8.0',
    speed: '',
    duplex: '',
    ethtool: {
      '': link('Unknown!', 'Unknown! (255)'),
      '-i': info('ena', '2.8.0', '', '0000:00:05.0'),
      '-g': rings(8192, 1024),
      '-l': channels(2, 2),
      '-k': offloads,
    },
    pci: ['0x020000', '0x1d0f', '0xec20', '0x0000', '0x0000'],
  },
  {
    name: 'ens4',
    mac: '42:01:0a:80:00:02',
    path: onPci('00:04.0', ''),
    bus: 'pci',
    modalias: 'pci:v00001AE0d00000042sv00001AE0sd00000058bc02sc00i00',
    driver: 'gvnic',
    module: 'gve',
    version: '1.3.4',
    speed: '25000',
    duplex: 'full',
    ethtool: {
      '': link('25000Mb/s', 'Full'),
      '-i': info('gve', '1.3.4', '', '0000:00:04.0'),
      '-l': channels(4, 2),
    },
    pci: ['0x020000', '0x1ae0', '0x0042', '0x1ae0', '0x0058'],
  },
  {
    name: 'eth0',
    mac: '00:0d:3a:00:00:01',
    path: '/sys/devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/VMBUS:00/000d3a00-0001-000d-3a00-0001000d3a00',
    bus: 'vmbus',
    modalias: 'vmbus:635161f83edfc546913ff2d2f965ed0e',
    driver: 'hv_netvsc',
    module: 'hv_netvsc',
    version: '',
    speed: '50000',
    duplex: 'full',
    ethtool: { '': link('50000Mb/s', 'Full'), '-i': info('hv_netvsc', '6.1.0', 'N/A', '') },
    pci: null,
  },
  {
    name: 'ens192',
    mac: '00:50:56:00:00:01',
    path: onPci('0b:00.0', '0000:00:15.0/'),
    bus: 'pci',
    modalias: 'pci:v000015ADd000007B0sv000015ADsd000007B0bc02sc00i00',
    driver: 'vmxnet3',
    module: 'vmxnet3',
    version: '1.7.0.0-k',
    speed: '10000',
    duplex: 'full',
    ethtool: { '': link('10000Mb/s', 'Full'), '-i': info('vmxnet3', '1.7.0.0-k-NAPI', '', '0000:0b:00.0') },
    pci: ['0x020000', '0x15ad', '0x07b0', '0x15ad', '0x07b0'],
  },
  {
    name: 'eth0',
    mac: '00:16:3e:00:00:01',
    path: '/sys/devices/vif-0',
    bus: 'xen',
    modalias: 'xen:vif',
    driver: 'vif',
    module: 'xen_netfront',
    version: '',
    speed: '',
    duplex: '',
    ethtool: { '': 'Settings for nic:\n\tLink detected: yes', '-i': info('vif', '', '', 'vif-0') },
    pci: null,
  },
  {
    name: 'enP1s1',
    mac: '00:0d:3a:00:00:01',
    path: '/sys/devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/VMBUS:00/47505500-0001-0000-3130-444531303244/pci0001:00/0001:00:02.0',
    bus: 'pci',
    modalias: 'pci:v000015B3d00001016sv000015B3sd00000190bc02sc00i00',
    driver: 'mlx5_core',
    module: 'mlx5_core',
    version: '',
    speed: '50000',
    duplex: 'full',
    ethtool: {
      '': link('50000Mb/s', 'Full'),
      '-i': info('mlx5_core', '6.1.0', '14.30.1224 (MSF0010110035)', '0001:00:02.0'),
      '-g': rings(8192, 1024),
    },
    pci: ['0x020000', '0x15b3', '0x1016', '0x15b3', '0x0190'],
  },
  {
    name: 'ens3',
    mac: '52:54:00:00:00:01',
    path: onPci('00:03.0', ''),
    bus: 'pci',
    modalias: 'pci:v00008086d0000154Csv00000000sd00000000bc02sc00i00',
    driver: 'iavf',
    module: 'iavf',
    version: '',
    speed: '25000',
    duplex: 'full',
    ethtool: { '': link('25000Mb/s', 'Full'), '-i': info('iavf', '6.1.0', 'N/A', '0000:00:03.0') },
    pci: ['0x020000', '0x8086', '0x154c', '0x0000', '0x0000'],
  },
  {
    name: 'ens8',
    mac: '0a:ff:c1:00:00:02',
    path: onPci('00:08.0', ''),
    bus: 'pci',
    modalias: 'pci:v00008086d000010EDsv00000000sd00000000bc02sc00i00',
    driver: 'ixgbevf',
    module: 'ixgbevf',
    version: '4.1.0-k',
    speed: '10000',
    duplex: 'full',
    ethtool: { '': link('10000Mb/s', 'Full'), '-i': info('ixgbevf', '4.1.0-k', '', '0000:00:08.0') },
    pci: ['0x020000', '0x8086', '0x10ed', '0x0000', '0x0000'],
  },
  {
    name: 'ens9',
    mac: '52:54:00:00:00:09',
    path: onPci('00:09.0', ''),
    bus: 'pci',
    modalias: 'pci:v00008086d000010CAsv00008086sd0000A03Cbc02sc00i00',
    driver: 'igbvf',
    module: 'igbvf',
    version: '2.4.0-k',
    speed: '1000',
    duplex: 'full',
    ethtool: { '': link('1000Mb/s', 'Full'), '-i': info('igbvf', '2.4.0-k', 'N/A', '0000:00:09.0') },
    pci: ['0x020000', '0x8086', '0x10ca', '0x8086', '0xa03c'],
  },
];
