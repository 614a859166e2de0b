import type { Channel } from '../../channel/channel.js';
import { usageError } from '../../errors/hotnic-error.js';
import { askInspection, type Inspected, type InspectOptions } from '../inspect/inspect-guest.js';
import type { GuestInspection, InspectedNic } from '../inspect/inspect-types.js';
import { sectionLines } from '../probe-sections.js';
import { hotplugReadiness, type Readiness } from '../readiness.js';
import type { CheckFinding, GuestCheck } from './check-types.js';
import { driverFindings } from './driver-findings.js';
import { kernelFindings } from './kernel-findings.js';
import { readCapabilities, readWindows } from './port-capabilities.js';
import { slotFindings } from './slot-findings.js';
import { socketHolders } from './sockets.js';
import { nicFindings, stateFindings } from './state-findings.js';

export interface CheckOptions extends InspectOptions {
  /** The NIC that is to go: its name in the guest, MAC or PCI address. Without one the question is whether one may come. */
  readonly nic?: string;
}

/**
 * Is a guest ready for a NIC to come, or for a named one to go? Asked in one round trip; nothing is changed.
 * @throws HotnicError `nic-unknown` (exit 2); as inspectGuest
 */
export async function checkGuest(
  channel: Channel,
  { nic, ...options }: CheckOptions = {},
): Promise<GuestCheck> {
  return judgeCheck(await askInspection(channel, 'check', options), nic);
}

/** What the answer of a check comes to; pure. */
export function judgeCheck({ inspection, sections }: Inspected, wanted?: string): GuestCheck {
  const lines = (name: string) => sectionLines(sections, name);
  const nic = wanted === undefined ? null : chosen(inspection, wanted);
  const { probe } = inspection;
  const modinfo = lines('machine').includes('have\tmodinfo');
  const { kind, findings: first } = hotplugOf(inspection, nic);
  const ports = {
    capabilities: readCapabilities(lines('config-space')),
    windows: readWindows(lines('windows')),
  };
  const findings: CheckFinding[] = [
    ...first,
    ...slotFindings(probe, ports, nic),
    ...driverFindings(inspection, lines('drivers-there'), modinfo),
    ...stateFindings(inspection, lines('mounts')),
    ...kernelFindings(lines('kernel-signs'), probe.userland.dmesg && probe.kernelLog.readable),
    ...(nic === null
      ? []
      : nicFindings(
          nic,
          socketHolders(nic, lines('sockets'), lines('descriptors'), lines('processes')),
          probe.user.root !== 'no',
        )),
  ];
  const failed = findings.some(({ level }) => level === 'fail');
  return { ready: failed ? false : kind === 'unknown' ? null : true, kind, findings, inspection, nic };
}

function chosen({ nics }: GuestInspection, wanted: string): InspectedNic {
  const text = wanted.toLowerCase();
  const fitting = nics.filter(
    ({ name, mac, pciAddress }) => name === wanted || mac === text || pciAddress === text,
  );
  const [nic] = fitting;
  if (nic && fitting.length === 1) return nic;
  const names = nics.map(({ name, mac }) => `${name} (${mac ?? 'no MAC'})`).join('; ');
  throw usageError(
    nic ? 'nic-ambiguous' : 'nic-unknown',
    nic
      ? `${JSON.stringify(wanted)} fits ${fitting.length} NICs of the guest`
      : `the guest has no NIC ${JSON.stringify(wanted)}`,
    names === '' ? 'the guest shows no NIC' : `name one of: ${names}`,
  );
}

/** Hot-plug of PCI slots; NICs of vmbus and xenbus come and go without one. */
function hotplugOf(
  { probe, nics, platform }: GuestInspection,
  nic: InspectedNic | null,
): { kind: GuestCheck['kind']; findings: CheckFinding[] } {
  const port =
    nic === null ? undefined : probe.pci.find(({ address }) => address === nic.pciAddress)?.chain.at(-2);
  const portPath = probe.pci.find(({ address }) => address === port)?.path;
  const readiness = hotplugReadiness(probe, portPath === undefined ? {} : { portPath });
  const findings = readiness.findings.map((one): CheckFinding => ({ topic: 'hot-plug', ...one }));
  const buses = (nic === null ? nics : [nic]).map(({ bus }) => bus);
  const byBus = ['xen', 'vmbus'].find((bus) => buses.includes(bus));
  const foreign = platform.virtualization.startsWith('xen') || platform.virtualization === 'hyper-v';
  if (byBus === undefined || !foreign) return { kind: readiness.kind, findings };
  const text = `NICs come and go on the bus ${byBus}, which needs no hot-plug slot`;
  return {
    kind: 'bus',
    findings: [{ topic: 'hot-plug', level: 'ok', text }, ...withoutDriver(readiness, findings)],
  };
}

/** The first finding of a readiness is about the slot's driver. */
function withoutDriver(readiness: Readiness, findings: CheckFinding[]): CheckFinding[] {
  return readiness.findings.length === 0 ? [] : findings.slice(1);
}
