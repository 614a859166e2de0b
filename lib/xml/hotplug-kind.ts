import type { DomainXml } from './domain.js';
import { machineVersion } from './machine-version.js';
import { qemuGlobals } from './qemu-globals.js';

/** How a guest hears that a PCI device comes or should go, as its definition lets expect, and why. */
export interface HotplugKind {
  readonly kind: 'acpi' | 'native' | 'pseries' | 'none' | 'unknown';
  readonly reason: string;
}

const BRIDGE_SUPPORT = 'acpi-pci-hotplug-with-bridge-support';
const ROOT_SUPPORT = 'acpi-root-pci-hotplug';

/**
 * Infers it from architecture, machine type and QEMU arguments. libvirt's schema (up to 9.0) has no element that
 * chooses between ACPI and native hot-plug; only `<target hotplug='off'>` of a port, which freeSlots honours.
 */
export function hotplugKind(domain: DomainXml): HotplugKind {
  const { machine, arch } = domain;
  if (machine === null) return { kind: 'unknown', reason: 'the definition names no machine type' };
  if (machine.startsWith('pseries')) return { kind: 'pseries', reason: `${machine} uses PAPR events` };
  if (machine.startsWith('microvm'))
    return { kind: 'none', reason: `${machine} has no hot-pluggable PCI slots` };
  if (machine.startsWith('s390'))
    return { kind: 'unknown', reason: `${machine} plugs on the channel subsystem, not PCI` };
  if (/^virt(-|$)/.test(machine))
    return { kind: 'native', reason: `${machine} (${arch ?? 'virt'}) uses native PCIe slots` };
  if (isQ35(machine)) return q35(domain, machine);
  if (isI440fx(machine)) return i440fx(domain, machine);
  return { kind: 'unknown', reason: `nothing is known of the machine type ${machine}` };
}

function q35(domain: DomainXml, machine: string): HotplugKind {
  const set = qemuGlobals(domain.qemuArguments).get(`ICH9-LPC.${BRIDGE_SUPPORT}`);
  if (set === false)
    return { kind: 'native', reason: `-global ICH9-LPC.${BRIDGE_SUPPORT}=off in the definition` };
  if (!domain.acpi) return { kind: 'unknown', reason: 'the definition has no <features><acpi/></features>' };
  if (set === true)
    return { kind: 'acpi', reason: `-global ICH9-LPC.${BRIDGE_SUPPORT}=on in the definition` };
  const version = machineVersion(machine);
  if (version === null) return { kind: 'unknown', reason: `the QEMU version of ${machine} is not known` };
  if (version >= 6.01) return { kind: 'acpi', reason: `${machine}: q35 uses ACPI hot-plug since QEMU 6.1` };
  return { kind: 'native', reason: `${machine}: q35 used native PCIe hot-plug before QEMU 6.1` };
}

function i440fx(domain: DomainXml, machine: string): HotplugKind {
  if (!domain.acpi)
    return {
      kind: 'none',
      reason: `${machine} hot-plugs through ACPI, and the definition has no <features><acpi/>`,
    };
  const globals = qemuGlobals(domain.qemuArguments);
  if (globals.get(`PIIX4_PM.${ROOT_SUPPORT}`) === false)
    return { kind: 'none', reason: `-global PIIX4_PM.${ROOT_SUPPORT}=off in the definition` };
  if (globals.get(`PIIX4_PM.${BRIDGE_SUPPORT}`) === false)
    return {
      kind: 'acpi',
      reason: `${machine}: ACPI on the root bus; not behind bridges (PIIX4_PM.${BRIDGE_SUPPORT}=off)`,
    };
  return { kind: 'acpi', reason: `${machine} hot-plugs through ACPI` };
}

function isQ35(machine: string): boolean {
  return /(^|-)q35(-|$)/.test(machine);
}

function isI440fx(machine: string): boolean {
  return machine === 'pc' || /(^|-)i440fx-/.test(machine) || /^pc-(0|1)\./.test(machine);
}
