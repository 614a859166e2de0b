import { FW_CFG_PREFIX, MANAGEMENT_ADDRESS, MANAGEMENT_MAC } from './image/init-files.js';
import type { LabGuestSpec } from './types.js';

/** What a domain is made from beside its spec. */
export interface DomainInputs {
  readonly virtType: 'kvm' | 'qemu';
  readonly kernel: string;
  readonly initrd: string;
  /** The guest's folder: key files in, serial log out. */
  readonly guestDir: string;
  /** Port on 127.0.0.1 that leads to the guest's SSH server. */
  readonly sshPort: number;
}

/** The libvirt definition of a lab guest, without any NIC that libvirt knows. */
export function domainXml(spec: LabGuestSpec, inputs: DomainInputs): string {
  const q35 = spec.machine !== 'i440fx';
  const lines = [
    `<domain type='${inputs.virtType}' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>`,
    `<name>${text(spec.name)}</name>`,
    `<memory unit='MiB'>${spec.memoryMiB ?? 640}</memory>`,
    `<vcpu>${spec.vcpus ?? 1}</vcpu>`,
    `<sysinfo type='fwcfg'>`,
    ...KEY_FILES.map(
      (name) => `<entry name='${FW_CFG_PREFIX}/${name}' file='${text(`${inputs.guestDir}/${name}`)}'/>`,
    ),
    `</sysinfo>`,
    `<os><type arch='x86_64' machine='${q35 ? 'q35' : 'pc'}'>hvm</type>`,
    `<kernel>${text(inputs.kernel)}</kernel><initrd>${text(inputs.initrd)}</initrd>`,
    `<cmdline>${text([...KERNEL_ARGS, ...(spec.kernelArgs ?? [])].join(' '))}</cmdline></os>`,
    // qemu64 starts quickest when emulated.
    `<features><acpi/></features><cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model></cpu>`,
    `<on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>`,
    `<devices>`,
    ...(q35 ? rootPorts(spec.rootPorts ?? 8) : []),
    `<controller type='usb' model='none'/>`,
    // On the root bus itself, so that every root port stays free.
    `<controller type='virtio-serial' index='0'><address type='pci' bus='0x00' slot='0x1d' function='0'/></controller>`,
    `<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>`,
    `<serial type='file'><source path='${text(`${inputs.guestDir}/serial.log`)}'/></serial>`,
    `<memballoon model='none'/>`,
    `</devices>`,
    `<qemu:commandline>`,
    ...qemuArguments(spec, inputs.sshPort).map((argument) => `<qemu:arg value='${text(argument)}'/>`),
    `</qemu:commandline>`,
    `</domain>`,
  ];
  return lines.join('\n');
}

/** Files in a guest's folder that it reads at boot through fw_cfg. */
export const KEY_FILES = ['host_key', 'authorized_keys', 'hostname', 'seed'] as const;

// Page tables of its own for the kernel are what emulation is slowest at, and nobody attacks a lab from inside.
const KERNEL_ARGS = ['console=ttyS0', 'quiet', 'mitigations=off'];

function rootPorts(count: number): string[] {
  const port = `<controller type='pci' model='pcie-root-port'/>`;
  return [
    `<controller type='pci' index='0' model='pcie-root'/>`,
    ...Array.from({ length: count }, () => port),
  ];
}

// The management NIC is QEMU's own affair: libvirt lists only the NICs that are plugged in later.
function qemuArguments(spec: LabGuestSpec, sshPort: number): string[] {
  const netdev = `user,id=mgmt,restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-${MANAGEMENT_ADDRESS}:22`;
  const bus = spec.machine === 'i440fx' ? 'pci.0' : 'pcie.0';
  const device = `virtio-net-pci,netdev=mgmt,mac=${MANAGEMENT_MAC},bus=${bus},addr=0x1e,romfile=`;
  const native = ['-global', 'ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off'];
  return ['-netdev', netdev, '-device', device, ...(spec.machine === 'q35-native' ? native : [])];
}

function text(value: string): string {
  return value.replace(/[&<>'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
