import { MANAGEMENT_ADDRESS, MANAGEMENT_MAC, READY_LINE } from '../image/init-files.js';
import { AGREEING_FLOPPY, bootSector, innerGuestXml } from './inner-guest.js';
import { MACHINE_NAME, PACKAGE_SERIAL } from './machine.js';

/** What the outer machine is made of beside Debian's essential packages. */
export const MACHINE_PACKAGES: readonly string[] = [
  ...['systemd', 'systemd-sysv', 'dbus', 'udev', 'kmod', 'initramfs-tools', 'zstd', 'linux-image-amd64'],
  ...['openssh-server', 'bash', 'iproute2', 'ethtool', 'pciutils', 'iputils-ping', 'procps', 'tcpdump'],
  ...['libvirt-daemon-system', 'libvirt-daemon-config-network', 'libvirt-clients'],
  ...['qemu-system-x86', 'qemu-utils', 'dnsmasq-base', 'iptables', 'libstdc++6'],
];

/** Left out of the packages: documentation, and drivers that no virtual machine has. */
export const MACHINE_EXCLUDED: readonly string[] = [
  ...['doc', 'man', 'locale', 'info'].map((name) => `/usr/share/${name}/*`),
  ...['gpu', 'media', 'net/wireless', 'infiniband', 'staging', 'iio', 'isdn', 'mtd', 'usb', 'scsi', 'hwmon']
    .concat('bluetooth')
    .map((name) => `/lib/modules/*/kernel/drivers/${name}/*`),
  '/lib/modules/*/kernel/sound/*',
];

/** Files the initramfs is made with, before the kernel's package is configured: only what the disk takes. */
export const INITRAMFS_FILES: Readonly<Record<string, string>> = {
  'etc/initramfs-tools/conf.d/hotnic-lab': 'MODULES=list\n',
  'usr/share/initramfs-tools/modules.d/hotnic-lab': 'virtio_pci\nvirtio_blk\next4\n',
};

/** Files of the outer machine, path to content; they replace what the packages brought. */
export function machineFiles(): Readonly<Record<string, string | Buffer>> {
  return {
    'etc/hostname': `${MACHINE_NAME}\n`,
    'etc/hosts': `127.0.0.1 localhost ${MACHINE_NAME}\n::1 localhost\n`,
    'etc/fstab': 'LABEL=hotnic-root / ext4 defaults,noatime 0 1\n',
    'etc/machine-id': '',
    'etc/resolv.conf': '',
    'etc/systemd/network/10-management.network': MANAGEMENT_NETWORK,
    'etc/ssh/sshd_config.d/lab.conf': SSHD,
    // libvirt would load it at the first hostdev; devices to it are wanted before.
    'etc/modules-load.d/lab.conf': 'vfio-pci\n',
    // Without this libvirtd ends when nobody has asked it for two minutes, and each test would wait for its start.
    'etc/default/libvirtd': 'LIBVIRTD_ARGS=""\n',
    'etc/systemd/journald.conf.d/lab.conf': '[Journal]\nStorage=volatile\n',
    'etc/systemd/system/lab-ready.service': READY_UNIT,
    'usr/local/sbin/lab-enter': ENTER,
    'usr/local/sbin/lab-first-boot': FIRST_BOOT,
    'usr/local/share/lab/inner.xml': innerGuestXml(),
    [AGREEING_FLOPPY.slice(1)]: bootSector(),
  };
}

/** Units that are switched on, and ones that would only cost time or change things by themselves. */
export const MACHINE_UNITS = {
  enable: ['systemd-networkd.service', 'ssh.service', 'libvirtd.service', 'lab-ready.service'],
  mask: [
    ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'e2scrub_all.timer', 'e2scrub_reap.service'],
    ...['systemd-networkd-wait-online.service', 'fstrim.timer', 'dpkg-db-backup.timer', 'logrotate.timer'],
    ...['systemd-tmpfiles-clean.timer', 'libvirt-guests.service', 'getty@tty1.service'],
  ],
} as const;

const MANAGEMENT_NETWORK = `[Match]
MACAddress=${MANAGEMENT_MAC}

[Network]
Address=${MANAGEMENT_ADDRESS}/24
Gateway=10.0.2.2
LinkLocalAddressing=no
IPv6AcceptRA=no
KeepConfiguration=yes
`;

// As in the lab's guests: the exchange that OpenSSH prefers takes a second on an emulated processor.
const SSHD = `HostKey /etc/ssh/ssh_host_ed25519_key
KexAlgorithms curve25519-sha256
UsePAM no
UseDNS no
PasswordAuthentication no
PermitRootLogin prohibit-password
MaxSessions 64
MaxStartups 64
`;

const READY_UNIT = `[Unit]
Description=Tells the lab that SSH answers
After=ssh.service libvirtd.service systemd-networkd.service

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo "${READY_LINE} $(cut -d" " -f1 /proc/uptime) s" >/dev/console'

[Install]
WantedBy=multi-user.target
`;

// After each return to the snapshot: the clock stands where it was then, and hotnic may be a newer one. $1: seconds since
// 1970. The kernel knows the disk's content of then, so what it has read is dropped.
const ENTER = `#!/bin/sh
set -eu
date -s "@$1" >/dev/null
disk=/dev/disk/by-id/virtio-${PACKAGE_SERIAL}
mountpoint -q /opt/hotnic && umount /opt/hotnic
blockdev --flushbufs $disk
mount -o ro $disk /opt/hotnic
`;

// Once, before the snapshot: everything that would otherwise be waited for in each test. libvirt finds out about QEMU at
// the first domain (8 s emulated), and the guest's first start reads QEMU from disk.
const FIRST_BOOT = `#!/bin/sh
set -eu
systemctl is-system-running --wait >/dev/null || true
until virsh -q uri >/dev/null; do sleep 1; done
virsh -q net-autostart default
virsh -q net-start default
virsh -q define /usr/local/share/lab/inner.xml
virsh -q start inner
virsh -q destroy inner
virsh -q nodedev-list --cap net >/dev/null
node --version >/dev/null
sync
echo 3 >/proc/sys/vm/drop_caches
`;
