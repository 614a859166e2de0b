import type { GuestFlavour } from './flavour.js';

/** MAC address by which a guest knows its management NIC; libvirt does not know that NIC at all. */
export const MANAGEMENT_MAC = '52:54:00:6c:61:62';
/** What user networking gives the guest; fixed, so that booting need not wait for DHCP. */
export const MANAGEMENT_ADDRESS = '10.0.2.15';
/** Where the guest finds its own key files: QEMU's fw_cfg, under these names. */
export const FW_CFG_PREFIX = 'opt/org.hotnic';

/** What a guest writes to its console when its SSH server is about to start; the seconds since boot follow. */
export const READY_LINE = 'lab: ready for ssh after';

/** Files that make an unpacked set of packages boot: path to text; scripts are those under /etc/lab. */
export function initFiles(userland: GuestFlavour['userland']): Readonly<Record<string, string>> {
  return {
    'etc/passwd': PASSWD,
    'etc/group': GROUP,
    'etc/shadow': 'root:*:19000:0:99999:7:::\n',
    'etc/shells': '/bin/sh\n/bin/bash\n',
    'etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n',
    // dhclient's script asks it for mounts, and fails where there is none.
    'etc/fstab': '',
    'etc/profile': 'export PATH=/usr/sbin:/usr/bin:/sbin:/bin\n',
    ...(userland === 'debian' ? debianFiles() : busyboxFiles()),
  };
}

function debianFiles(): Record<string, string> {
  return {
    'etc/inittab': inittab(['/usr/sbin/sshd -D', '/etc/lab/agent']),
    'etc/lab/boot': bootScript(UDEVD, [
      `perl -e '${ADD_ENTROPY}' $keys/seed/raw`,
      UDEV_TRIGGER,
      'udevadm settle --timeout=20',
      // In one of some hundreds of boots udevd was gone by then ("Broken pipe"), and the guest without its NIC.
      `pidof systemd-udevd > /dev/null || { ${UDEVD}; ${UDEV_TRIGGER}; udevadm settle --timeout=20; }`,
    ]),
    'etc/lab/agent': AGENT,
    'etc/ssh/sshd_config': SSHD_CONFIG,
  };
}

function busyboxFiles(): Record<string, string> {
  return {
    // -R would make keys at run time: the host key comes from the lab. -s: no passwords.
    'etc/inittab': inittab(['/usr/sbin/dropbear -F -s -r /etc/dropbear/host_key', 'uevent /etc/lab/hotplug']),
    'etc/lab/boot': bootScript('true', [
      'for f in /sys/bus/pci/devices/*/modalias /sys/bus/virtio/devices/*/modalias; do modprobe -q "$(cat "$f")"; done',
      'for f in /sys/bus/virtio/devices/*/modalias; do modprobe -q "$(cat "$f")"; done',
      'mkdir -p /etc/dropbear',
      'dropbearconvert openssh dropbear /etc/ssh/host_key /etc/dropbear/host_key',
    ]),
    'etc/lab/hotplug':
      '#!/bin/busybox sh\n[ "$ACTION" = add ] && [ -n "$MODALIAS" ] && modprobe -q "$MODALIAS"\nexit 0\n',
  };
}

// busybox init is process 1: it reaps orphans and starts again what ends.
function inittab(services: readonly string[]): string {
  const lines = ['::sysinit:/etc/lab/boot', ...services.map((service) => `::respawn:${service}`)];
  return [...lines, '::ctrlaltdel:/bin/busybox reboot -f', '::shutdown:/bin/busybox sync', ''].join('\n');
}

const UDEVD = '/lib/systemd/systemd-udevd --daemon';
const UDEV_TRIGGER =
  'udevadm trigger --action=add --subsystem-match=pci --subsystem-match=virtio --subsystem-match=net';

function bootScript(start: string, devices: readonly string[]): string {
  return `#!/bin/busybox sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620 devpts /dev/pts
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sshd /run/lock /root/.ssh /etc/ssh
echo 1 > /proc/sys/kernel/sysrq
ip link set lo up
modprobe -q qemu_fw_cfg
keys=/sys/firmware/qemu_fw_cfg/by_name/${FW_CFG_PREFIX}
umask 077
cat $keys/host_key/raw > /etc/ssh/host_key
cat $keys/authorized_keys/raw > /root/.ssh/authorized_keys
umask 022
hostname "$(cat $keys/hostname/raw)"
${start}
${devices.join('\n')}
for netdev in /sys/class/net/*; do
  [ "$(cat "$netdev/address")" = ${MANAGEMENT_MAC} ] || continue
  ip addr add ${MANAGEMENT_ADDRESS}/24 dev "\${netdev##*/}"
  ip link set "\${netdev##*/}" up
  ip route add default via 10.0.2.2
done
echo "${READY_LINE} $(cut -d' ' -f1 /proc/uptime) s" > /dev/console
`;
}

// sshd would wait a second for an emulated core to gather entropy. The number is RNDADDENTROPY of linux/random.h.
const ADD_ENTROPY =
  'open S,"<",shift; read S,$s,64; open R,">","/dev/random"; ioctl R,0x40085203,pack("iia*",512,64,$s)';

const AGENT = `#!/bin/busybox sh
port=/dev/virtio-ports/org.qemu.guest_agent.0
until [ -e $port ]; do sleep 5; done
exec /usr/sbin/qemu-ga -m virtio-serial -p $port
`;

// The post-quantum exchange that OpenSSH prefers takes a second on an emulated core, and nothing here is secret.
const SSHD_CONFIG = `HostKey /etc/ssh/host_key
KexAlgorithms curve25519-sha256
UsePAM no
UseDNS no
PasswordAuthentication no
PermitRootLogin prohibit-password
MaxSessions 64
MaxStartups 64
Subsystem sftp /usr/lib/openssh/sftp-server
`;

const PASSWD = `root:x:0:0:root:/root:/bin/sh
sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

// udev's own rules name these groups; one that is missing costs a warning each time they are read.
const GROUPS =
  'adm disk lp dialout cdrom floppy tape audio video input kvm render sgx plugdev kmem utmp shadow netdev';
const GROUP = [
  'root:x:0:',
  'tty:x:5:',
  ...GROUPS.split(' ').map((name, index) => `${name}:x:${20 + index}:`),
  'nogroup:x:65534:',
  '',
].join('\n');
