import { MANAGEMENT_ADDRESS, MANAGEMENT_MAC } from '../image/init-files.js';
import { functionArguments, MACHINE_FUNCTIONS, MACHINE_PORTS } from './functions.js';

/** Where SSH of the outer machine is, on 127.0.0.1 of the lab; each lab has a namespace of its own. */
export const MACHINE_SSH_PORT = 2201;
/** Name of the outer machine, for `lab ssh` and as its host name. */
export const MACHINE_NAME = 'hypervisor';
/** Name of the snapshot that `-loadvm` and `loadvm` go back to. */
export const SNAPSHOT = 'booted';

/** The files that the outer machine is made from. */
export interface MachineFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** The root disk, in qcow2 format: snapshots are kept in it. */
  readonly disk: string;
  /** A file system with hotnic, read only. Its size must be what it was at the snapshot. */
  readonly packageImage: string;
  /** The folder for monitor socket, console and process id. */
  readonly runDir: string;
}

/**
 * QEMU's arguments for the outer machine, without the program: q35 with an IOMMU, the functions of
 * {@link MACHINE_FUNCTIONS} in root ports, a management NIC outside of them. The process goes to the background once it
 * runs. A snapshot fits this command line alone, so it is part of the snapshot's key.
 */
export function machineArguments(files: MachineFiles): readonly string[] {
  const management = `user,id=management,restrict=on,hostfwd=tcp:127.0.0.1:${MACHINE_SSH_PORT}-${MANAGEMENT_ADDRESS}:22`;
  return [
    ...['-name', `lab-${MACHINE_NAME}`, '-nodefaults', '-no-user-config', '-display', 'none'],
    // vfio in the guest needs remapped interrupts, and these the split interrupt chip. 57-bit addresses cost time.
    ...['-M', 'q35,kernel-irqchip=split', '-accel', 'tcg,thread=multi', '-cpu', 'max,la57=off'],
    ...['-smp', '2', '-m', '3072', '-rtc', 'base=utc'],
    ...['-device', 'intel-iommu,intremap=on,device-iotlb=on'],
    ...['-kernel', files.kernel, '-initrd', files.initrd, '-append', KERNEL_ARGS],
    // Nothing on this disk outlives the lab.
    ...['-drive', `file=${files.disk},if=none,id=root,format=qcow2,cache=unsafe`],
    ...['-device', 'virtio-blk-pci,drive=root,bus=pcie.0,addr=0x3'],
    ...['-drive', `file=${files.packageImage},if=none,id=package,format=raw,readonly=on`],
    ...['-device', `virtio-blk-pci,drive=package,serial=${PACKAGE_SERIAL},bus=pcie.0,addr=0x4`],
    ...['-device', 'virtio-rng-pci,bus=pcie.0,addr=0x5'],
    ...['-netdev', management],
    ...['-device', `virtio-net-pci,netdev=management,mac=${MANAGEMENT_MAC},bus=pcie.0,addr=0x1e,romfile=`],
    ...Array.from({ length: MACHINE_PORTS }, (_, index) => rootPort(index + 1)).flat(),
    ...['-device', 'pcie-pci-bridge,id=shared,bus=rp5'],
    ...MACHINE_FUNCTIONS.flatMap(functionArguments),
    ...['-serial', `file:${consoleLog(files.runDir)}`],
    ...['-qmp', `unix:${monitorSocket(files.runDir)},server=on,wait=off`],
    ...['-pidfile', pidFile(files.runDir), '-daemonize'],
  ];
}

/** QEMU's monitor of the outer machine: one client at a time, others wait. */
export function monitorSocket(runDir: string): string {
  return `${runDir}/qmp.sock`;
}

/** What the outer machine writes to its console. */
export function consoleLog(runDir: string): string {
  return `${runDir}/serial.log`;
}

/** The file with the number of the QEMU process. */
export function pidFile(runDir: string): string {
  return `${runDir}/qemu.pid`;
}

/** How the disk with hotnic is known inside. */
export const PACKAGE_SERIAL = 'hotnic';

const KERNEL_ARGS =
  'root=LABEL=hotnic-root rw console=ttyS0 quiet intel_iommu=on mitigations=off apparmor=0 selinux=0';

// On the root bus from slot 0x10 on, in order: so the first one's bus is number 1.
function rootPort(number: number): readonly string[] {
  const slot = (0x0f + number).toString(16);
  return ['-device', `pcie-root-port,id=rp${number},bus=pcie.0,chassis=${number},addr=0x${slot}`];
}
