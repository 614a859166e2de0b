import { qemuDevice } from '../../../verdicts/index.js';
import type { PlannedAct } from '../../acts/act.js';
import type { Remedy, RemedyFinder } from '../remedy.js';
import { NO_CURE, partsOf } from './nic-parts.js';

/** libvirt cannot take out what it does not know: QEMU is asked itself, the device first and its backend after it. */
export const qemuOrphanCure: RemedyFinder = (finding, scan) => {
  const parts = partsOf(finding, scan);
  const seen = finding.nic.sightings.qemu;
  if (!parts || !seen) return NO_CURE;
  const { domain } = parts.target;
  const backend = seen.facts['backend'];
  const backendAct: PlannedAct[] =
    typeof backend === 'string'
      ? [{ act: 'monitor-netdev-del', input: { ...parts.target, id: backend } }]
      : [];
  const device = qemuDevice(finding.nic);
  if (!device)
    return {
      remedies: [
        {
          kind: 'qemu-orphan',
          title: `remove the backend ${seen.name ?? ''} from QEMU`,
          risk: 'none',
          riskText: 'no device uses it',
          acts: backendAct,
        },
      ],
      byHand: [],
    };
  if (device.alias === null)
    return {
      remedies: [],
      byHand: [
        `it has no id by which QEMU could be asked to remove it: it goes when ${domain} is shut off; virsh qemu-monitor-command ${domain} --hmp 'info qtree' shows it`,
      ],
    };
  if (parts.scan.view.paused)
    return { remedies: [], byHand: [`virsh resume ${domain}: a paused guest cannot let the device go`] };
  return { remedies: [removeDevice(finding, parts, device.alias, backendAct)], byHand: [] };
};

function removeDevice(
  { nic }: Parameters<RemedyFinder>[0],
  { target, slot }: NonNullable<ReturnType<typeof partsOf>>,
  id: string,
  backend: readonly PlannedAct[],
): Remedy {
  const used = nic.sightings['guest-net'] !== undefined;
  return {
    kind: 'qemu-orphan',
    title: `remove ${id} from QEMU${backend.length === 0 ? '' : ', and its backend after it'}`,
    risk: used ? 'data-path' : 'link-flap',
    riskText: used
      ? 'the guest has a network device on it: connections through it break'
      : 'the guest shows no network device on it, or was not asked',
    acts: [{ act: 'monitor-device-del', input: { ...target, id, mac: nic.mac, slot } }, ...backend],
  };
}
