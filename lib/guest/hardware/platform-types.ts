/** Where a guest runs, as far as its hardware tells. */
export type PlatformId =
  | 'aws'
  | 'google-cloud'
  | 'digitalocean'
  | 'linode'
  | 'hetzner'
  | 'vultr'
  | 'azure'
  | 'hyper-v'
  | 'vmware'
  | 'xen'
  | 'kvm'
  | 'physical'
  | 'unknown';

/** What runs the guest. `qemu` is QEMU's emulation without KVM, or one that does not say which. */
export type Virtualization =
  'kvm' | 'qemu' | 'xen-pv' | 'xen-hvm' | 'xen' | 'hyper-v' | 'vmware' | 'none' | 'unknown';

/** Something that a platform does not let one do, or does in a way of its own. */
export interface Restriction {
  readonly about: 'adding' | 'removing' | 'count' | 'mtu' | 'speed' | 'device';
  readonly text: string;
  /** Public documentation that says so. */
  readonly source: string;
}

export interface Platform {
  readonly id: PlatformId;
  readonly name: string;
  readonly virtualization: Virtualization;
  /** What it was told by, in words. */
  readonly evidence: readonly string[];
  /** When the platform lets its users add an interface; null where hotnic does not know. */
  readonly adds: 'running' | 'stopped' | 'at-creation' | null;
  readonly restrictions: readonly Restriction[];
}

/** What a guest says of the machine that it runs on. */
export interface MachineFacts {
  /** DMI fields by their file in /sys/class/dmi/id; empty where the guest has no DMI (Xen PV, ARM without ACPI). */
  readonly dmi: ReadonlyMap<string, string>;
  /** /sys/hypervisor/type ("xen") and guest_type ("PV", "HVM", "PVH"). */
  readonly hypervisorType: string | null;
  readonly guestType: string | null;
  /** The vendor of CPUID's hypervisor leaf, as lscpu names it: "KVM", "Xen", "VMware", "Microsoft". */
  readonly hypervisorVendor: string | null;
  /** "full" or "para", as lscpu says. */
  readonly virtualizationType: string | null;
  readonly clocksource: string | null;
  /** The processor has the flag "hypervisor". */
  readonly hypervisorFlag: boolean;
}
