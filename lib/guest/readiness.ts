import type { PciPath } from '../nic/pci-address.js';
import { servedSlots } from './hotplug-slots.js';
import type { GuestProbe } from './probe-types.js';
import { currentUnregisterWaits } from './unregister-wait.js';

export interface ReadinessOptions {
  /** The port that the slot is behind; without it the slot is on the root bus, or any slot will do. */
  readonly portPath?: PciPath;
}

export interface Readiness {
  /** Null when the guest does not show enough to tell. */
  readonly ready: boolean | null;
  /** Which driver of the guest's kernel would serve the slot. */
  readonly kind: 'native' | 'acpi' | 'none' | 'unknown';
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly why?: string;
  readonly next?: string;
}

/**
 * Would this guest notice a device that is put into the slot now, and let go of one that is taken out? Judged from
 * what its kernel shows in sysfs: pciehp bound to the port above is native hot-plug; a served directory in
 * /sys/bus/pci/slots without pciehp is ACPI hot-plug; neither is none.
 */
export function hotplugReadiness(probe: GuestProbe, options: ReadinessOptions = {}): Readiness {
  const driver = driverFinding(probe, options.portPath);
  const findings = [driver.finding, ...stateFindings(probe, driver.kind)];
  const blocked = probe.boot.state === 'running' || currentUnregisterWaits(probe).length > 0;
  const ready = driver.kind === 'none' ? false : driver.kind === 'unknown' ? null : !blocked;
  return { ready, kind: driver.kind, findings };
}

function driverFinding(probe: GuestProbe, portPath?: PciPath): { kind: Readiness['kind']; finding: Finding } {
  const slots = servedSlots(probe, portPath);
  const where = portPath === undefined ? 'the guest' : `the port ${portPath}`;
  if (slots === null) {
    return {
      kind: 'unknown',
      finding: {
        level: 'warn',
        text: `the guest does not show the port ${portPath ?? ''}`,
        why: 'another PCI layout',
      },
    };
  }
  if (slots.native && slots.acpi) {
    const text = 'some slots of the guest are served by pciehp, others by acpiphp';
    return { kind: 'unknown', finding: { level: 'ok', text } };
  }
  if (slots.native) return { kind: 'native', finding: { level: 'ok', text: `pciehp serves ${where}` } };
  if (slots.acpi) return { kind: 'acpi', finding: { level: 'ok', text: `acpiphp serves ${where}` } };
  const why = whyNone(probe);
  return {
    kind: 'none',
    finding: {
      level: 'fail',
      text: `no hot-plug driver of the guest serves ${where}`,
      ...(why === null ? {} : { why }),
      next: 'a device appears after "echo 1 > /sys/bus/pci/rescan" in the guest at best, and can only leave with a reset',
    },
  };
}

// Kernel arguments that take hot-plug away (Documentation/admin-guide/kernel-parameters.txt).
const DISABLING =
  /(?:^|\s)(acpiphp\.disable=(?:1|y|Y)|pcie_ports=compat|acpi=off|pci=noacpi|pci=off)(?=\s|$)/;

/** The kernel argument that takes hot-plug away from a guest; null where there is none. */
export function disablingArgument(probe: GuestProbe): string | null {
  return DISABLING.exec(probe.cmdline)?.[1] ?? null;
}

function whyNone(probe: GuestProbe): string | null {
  const argument = disablingArgument(probe);
  if (argument !== null) return `the guest was booted with ${argument}`;
  if (!probe.hotplug.acpiphp && !probe.hotplug.pciehp) return 'its kernel has neither acpiphp nor pciehp';
  return null;
}

function stateFindings(probe: GuestProbe, kind: Readiness['kind']): Finding[] {
  const findings: Finding[] = [];
  if (probe.boot.state === 'running') {
    findings.push({
      level: 'fail',
      text: `the guest is still booting: ${probe.boot.reason}`,
      why:
        kind === 'native'
          ? 'an attach during boot can be taken as an unplug button'
          : 'a request during boot can be lost for good',
      next: 'wait until it has booted',
    });
  } else if (probe.boot.state === 'unknown') {
    findings.push({
      level: 'warn',
      text: `it is not known whether the guest has booted: ${probe.boot.reason}`,
    });
  } else {
    findings.push({ level: 'ok', text: `the guest has booted: ${probe.boot.reason}` });
  }
  if (!probe.udev.running) {
    findings.push({
      level: 'warn',
      text: 'udev does not run in the guest',
      why: 'netdevs keep their kernel names',
    });
  }
  for (const wait of currentUnregisterWaits(probe)) {
    findings.push({
      level: 'fail',
      text: `the guest's kernel waits for ${wait.netdev} to become free`,
      why: `"${wait.text}": until what holds it lets go, a device that is attached now is not enumerated`,
      next: 'end what holds it in the guest',
    });
  }
  return findings;
}
