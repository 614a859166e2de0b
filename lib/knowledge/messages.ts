/** What is known about a message of libvirt, QEMU or a kernel. */
export interface KnownMessage {
  /** Stable name, for programs and tests. */
  readonly id: string;
  readonly text: RegExp;
  /** `waiting`: no failure, the thing is under way. `failure`: it will not come about by waiting. */
  readonly means: 'waiting' | 'failure';
  readonly cause: string;
  /** What to type or do. */
  readonly fix: string;
  /** Where it was seen. */
  readonly source: string;
}

/** The messages that attach, detach and update meet. Texts compared between libvirt 9.0 and 11.3, QEMU 7.2. */
export const KNOWN_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'unplug-in-progress',
    text: /already in the process of unplug/i,
    means: 'waiting',
    cause: 'an earlier request for this device is still with the guest',
    fix: 'wait; a guest that is booting or paused answers later',
    source: 'QEMU softmmu/qdev-monitor.c, qmp_device_del',
  },
  {
    id: 'power-indicator-blinking',
    text: /guest is busy \(power indicator blinking\)/i,
    means: 'waiting',
    cause: 'the native PCIe slot is inside its 5 s delay: it was attached or asked a moment ago',
    fix: 'wait 3–6 s; the earlier request may complete by itself',
    source: 'QEMU hw/pci/pcie.c; measured on QEMU 7.2',
  },
  {
    id: 'no-slot',
    text: /No more available PCI slots/i,
    means: 'failure',
    cause: 'every hot-pluggable PCI port of the domain is taken; q35 has one spare unless more are defined',
    fix: 'add <controller type="pci" model="pcie-root-port"/> to the persistent definition and start the domain anew',
    source: 'libvirt src/conf/domain_addr.c; measured on libvirt 9.0',
  },
  {
    id: 'no-hotplug-bus',
    text: /Bus '[^']*' does not support hotplugging/i,
    means: 'failure',
    cause: 'the device is aimed at a bus without hot-plug (pcie.0 is the root complex)',
    fix: 'let it go behind a pcie-root-port: leave the address out',
    source: 'QEMU hw/core/qdev.c',
  },
  {
    id: 'ambiguous-mac',
    text: /multiple devices matching/i,
    means: 'failure',
    cause: 'several NICs of the domain share this MAC, which is legal',
    fix: 'name the NIC by its alias or PCI address: hotnic list shows both',
    source: 'libvirt src/conf/domain_conf.c; measured on libvirt 9.0',
  },
  {
    id: 'guest-rejected',
    text: /unplug of device was rejected by the guest/i,
    means: 'failure',
    cause: 'the guest’s operating system refused to let the device go',
    fix: 'look at the guest’s kernel log, free the NIC there and detach again',
    source: 'libvirt src/qemu/qemu_hotplug.c',
  },
  {
    id: 'type-not-hotpluggable',
    text: /hotplug of interface type of \S+ is not implemented/i,
    means: 'failure',
    cause: 'libvirt can add this type only to a domain that is not running',
    fix: 'add it with --config and start the domain anew, or choose network, bridge, direct, ethernet, user, vhostuser, vdpa or hostdev',
    source: 'libvirt src/qemu/qemu_hotplug.c; measured on libvirt 9.0',
  },
  {
    id: 'no-qdisc',
    text: /Specified qdisc kind is unknown/i,
    means: 'failure',
    cause: 'libvirt shapes traffic with the qdiscs htb and sfq, and the host’s kernel lacks one of them',
    fix: 'modprobe sch_htb sch_sfq on the host; or leave the bandwidth out of the running definition (--config)',
    source: 'libvirt src/util/virnetdevbandwidth.c; measured on a kernel without sch_sfq',
  },
  {
    id: 'tap-exists',
    text: /Unable to create tap device|interface already exists/i,
    means: 'failure',
    cause: 'a tap of that name is still there: another QEMU holds it, or an earlier removal is not finished',
    fix: 'wait a moment, or choose another --target',
    source: 'libvirt src/util/virnetdevtap.c',
  },
  {
    id: 'network-inactive',
    text: /network '[^']*' is not active/i,
    means: 'failure',
    cause: 'the libvirt network is defined and not started',
    fix: 'virsh net-start NAME',
    source: 'libvirt src/network/bridge_driver.c',
  },
  {
    id: 'cannot-get-bridge',
    text: /Cannot get interface MTU on '[^']*'|Unable to add bridge \S+ port/i,
    means: 'failure',
    cause: 'the host has no bridge of that name',
    fix: 'ip link show type bridge lists the bridges there are',
    source: 'libvirt src/util/virnetdevbridge.c',
  },
];

/** The row that fits a message, or null when nothing is known about it. */
export function recogniseMessage(message: string): KnownMessage | null {
  return KNOWN_MESSAGES.find((known) => known.text.test(message)) ?? null;
}
