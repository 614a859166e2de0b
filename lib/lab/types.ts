import type { GuestFlavour } from './image/flavour.js';

/** The three kinds of machine, which handle hot-plug differently: ACPI on q35, native pciehp on q35, ACPI on i440fx. */
export const LAB_MACHINES = ['q35', 'q35-native', 'i440fx'] as const;
export type LabMachine = (typeof LAB_MACHINES)[number];

/** A guest of the lab: what it is built from and how it boots. */
export interface LabGuestSpec {
  /** Domain name and host name: lower-case letters, digits and hyphens, at most 32. */
  readonly name: string;
  readonly machine: LabMachine;
  /** Debian's cloud kernel (virtio, ena, vmxnet3) or the full one (e1000, e1000e, igb, 8139 too). Default cloud. */
  readonly kernel?: GuestFlavour['kernel'];
  /** Added to the kernel command line: `acpiphp.disable=1`, `pcie_ports=compat`, `panic=0`. */
  readonly kernelArgs?: readonly string[];
  /** `debian` has udev, sshd and the guest agent; `busybox` has dropbear, no udev and no agent. Default debian. */
  readonly userland?: GuestFlavour['userland'];
  /** Default 640; the whole system lives in memory. */
  readonly memoryMiB?: number;
  /** Default 1. */
  readonly vcpus?: number;
  /** Spare pcie-root-ports on q35, default 8; ignored on i440fx. */
  readonly rootPorts?: number;
  /** False returns as soon as the guest runs, for tests of what happens during boot. Default true. */
  readonly waitForSsh?: boolean;
}

/** What a lab has unless it is told otherwise: one guest of each machine. */
export const DEFAULT_GUESTS: readonly LabGuestSpec[] = [
  { name: 'lab-q35', machine: 'q35' },
  { name: 'lab-q35-native', machine: 'q35-native' },
  { name: 'lab-i440fx', machine: 'i440fx' },
];

/** One guest as it is now. `sshPort` is on 127.0.0.1 of the lab's network namespace. */
export interface LabGuestStatus {
  readonly name: string;
  /** "hypervisor": the outer machine of a lab that was brought up as one. libvirt's own domains run inside of it. */
  readonly machine: LabMachine | 'hypervisor';
  readonly sshPort: number;
  /** The guest's SSH server sent its banner. */
  readonly sshReady: boolean;
  /** libvirt's word: "running", "paused", "shut off", "crashed"; "absent" when no such domain is defined; "unknown". */
  readonly domainState: string;
}

/** A running lab. */
export interface LabStatus {
  readonly name: string;
  /** The process that keeps the network and mount namespaces alive. */
  readonly holderPid: number;
  readonly stateDir: string;
  /**
   * Reaches the lab's libvirtd from outside its namespaces; inside, `qemu:///system` does. Of a hypervisor lab it is the
   * outer machine's libvirtd by SSH, and works only inside.
   */
  readonly libvirtUri: string;
  /** hotnic's configuration (for HOTNIC_CONFIG) that maps each guest to its SSH endpoint. */
  readonly configFile: string;
  readonly knownHosts: string;
  /** Private key that every guest's root accepts. */
  readonly identity: string;
  readonly guests: readonly LabGuestStatus[];
  /** Milliseconds that each part of `labUp` took. */
  readonly timings: Readonly<Record<string, number>>;
}
