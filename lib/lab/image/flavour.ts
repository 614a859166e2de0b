/** What an image is made of: two userlands by two kernels. */
export interface GuestFlavour {
  readonly userland: 'debian' | 'busybox';
  readonly kernel: 'cloud' | 'full';
}

/** The packages of a userland, dependencies left out. */
export function userlandPackages(userland: GuestFlavour['userland']): readonly string[] {
  return USERLAND[userland];
}

/** The package that depends on the current kernel of a kind; its name differs between Debian and Ubuntu. */
export function kernelPackage(kernel: GuestFlavour['kernel'], distribution: 'debian' | 'ubuntu'): string {
  return KERNEL[distribution][kernel];
}

/**
 * Of what a kernel package depends on, the part that is the kernel and its modules. The rest is for installing it
 * (an initramfs made by the machine, a boot loader) and would bring udev into a guest that shall have none.
 */
export function isKernelPart(packageName: string): boolean {
  return /^linux-(image|modules)(-extra)?(-unsigned)?-\d/.test(packageName);
}

/** Kernel modules that an image keeps, with whatever they depend on; names a kernel lacks are passed over. */
export const WANTED_MODULES: readonly string[] = [
  ...['virtio_pci', 'virtio_net', 'virtio_console', 'qemu_fw_cfg', 'ena', 'vmxnet3'],
  ...['e1000', 'e1000e', 'igb', 'igbvf', '8139cp', '8139too', 'pcnet32', 'ne2k-pci', 'tulip'],
  ...['tun', 'veth', 'dummy', 'bonding', 'bridge', 'macvlan', 'macvtap', '8021q', 'team', 'button'],
];

// usr-is-merged satisfies the same dependency as usrmerge, which would bring all of perl along.
const USERLAND: Record<GuestFlavour['userland'], readonly string[]> = {
  debian: [
    ...[
      'usr-is-merged',
      'busybox-static',
      'bash',
      'dash',
      'coreutils',
      'util-linux',
      'mount',
      'udev',
      'kmod',
    ],
    ...['iproute2', 'ethtool', 'pciutils', 'openssh-server', 'isc-dhcp-client', 'qemu-guest-agent'],
    ...['procps', 'grep', 'sed', 'mawk', 'perl-base', 'tcpdump'],
  ],
  busybox: ['busybox-static', 'dropbear-bin'],
};

const KERNEL = {
  debian: { cloud: 'linux-image-cloud-amd64', full: 'linux-image-amd64' },
  ubuntu: { cloud: 'linux-image-virtual', full: 'linux-image-generic' },
} as const;
