import type { Nic } from '../nic/sighting.js';
import type { Verdict } from './verdict.js';

/** What a verdict on a function says beside its kind. */
type Words = Required<Pick<Verdict, 'summary' | 'cause' | 'next'>> & Pick<Verdict, 'evidence'>;

/**
 * A PCI function of the host that did not come back from a guest, or that a definition names in vain
 * (lib/planes/host-function-nic.ts makes such NICs). What a process holds is said so: nobody may touch it then.
 */
export function passthroughOrphan(nic: Nic): Verdict {
  const facts = nic.sightings.host?.facts ?? {};
  const text: Text = (key) => (facts[key] == null || facts[key] === false ? '' : String(facts[key]));
  const name =
    text('pf') === '' ? (nic.target ?? '') : `VF ${text('vf')} of ${text('pf')}, ${nic.target ?? ''}`;
  const words = (WORDS[text('orphan')] ?? unused)(name, text);
  return {
    kind: 'passthrough-orphan',
    ...words,
    evidence: [...words.evidence, ...groupEvidence(text), ...residueEvidence(text), ...heldEvidence(text)],
  };
}

type Text = (key: string) => string;

const SYSFS = '/sys/bus/pci/devices of the host';
const READ_TWICE = 'definitions of all domains, running and persistent, read twice: none names it';

function unused(name: string, text: Text): Words {
  const dirty = text('residue') === '' ? '' : ', and has the MAC of a guest in its PF’s table';
  return {
    summary:
      `${name} is on ${text('driver')} and no domain has it${dirty}` +
      (text('held') === 'unknown' ? '; who holds it is not known' : ''),
    evidence: [`${SYSFS}: driver ${text('driver')}`, READ_TWICE],
    cause:
      'its guest had it with managed="no", or QEMU or libvirt ended before libvirt gave it back to its driver; or it was ' +
      'detached from the host for a guest that never came',
    next: text('held') === 'unknown' ? AS_ROOT : CLEAN,
  };
}

function driverless(name: string, text: Text): Words {
  return {
    summary: `${name} has no driver, and is told to take ${text('override')} alone`,
    evidence: [
      `${SYSFS}: no driver, driver_override ${text('override')}`,
      text('namedBy') === '' ? READ_TWICE : `no running definition names it; named by ${text('namedBy')}`,
    ],
    cause:
      'it was unbound by hand, or by a detach or reattach that was cut short: the override stayed behind',
    next: text('held') === 'unknown' ? AS_ROOT : CLEAN,
  };
}

function residue(name: string, text: Text): Words {
  const left = [
    text('rowMac') === '' ? '' : `MAC ${text('rowMac')}`,
    text('rowVlan') === '' ? '' : `VLAN ${text('rowVlan')}`,
    text('rowTrust') === '' ? '' : 'trust',
  ].filter((one) => one !== '');
  const driver = text('driver') === '' ? 'no driver' : text('driver');
  return {
    summary:
      text('because') === ''
        ? `${name} is back on ${driver}, and libvirt never put it back as it was: ${text('savedFile')} is left`
        : `${name} is back on ${driver} with what a guest has left: ${left.join(', ')}`,
    evidence: [`${SYSFS}: driver ${driver}`, 'no running definition names it'],
    cause:
      'QEMU was killed and libvirtd lost its status, or the values were put back before libvirt had released the VF',
    next: text('held') === 'unknown' ? AS_ROOT : CLEAN,
  };
}

function held(name: string, text: Text): Words {
  const guest = text('lostGuest');
  return {
    summary:
      guest === ''
        ? `${name} cannot be freed: ${text('holders')} has it open, and the kernel waits for that`
        : `${name} is held by the QEMU of ${guest}, which libvirt does not know: ${text('holders')}`,
    evidence: [
      `${SYSFS}: driver ${text('driver') === '' ? 'none' : text('driver')}`,
      guest === '' ? READ_TWICE : `libvirt: no running domain ${guest}`,
    ],
    cause:
      guest === ''
        ? 'it was taken from its driver, or given back, while a process had its vfio group open'
        : 'libvirtd was restarted without its status files while the guest ran; its QEMU goes on without it',
    next: `end that process (kill ${text('holderPids')}) once its guest is not needed any more, then hotnic ghosts scan; until then libvirt’s reattach would hang`,
  };
}

function vfsInUse(name: string, text: Text): Words {
  return {
    summary: `${name} is on ${text('driver')} and nobody has it, but its VFs ${text('vfsInUse')} are in use`,
    evidence: [`${SYSFS}: driver ${text('driver')}`, `in use: ${text('vfsInUse')}`],
    cause: 'the PF was detached from the host under its VFs, or a program that made VFs of it has ended',
    next: 'free its VFs first; giving the PF back to its driver takes them away from whoever has them',
  };
}

function missing(name: string, text: Text): Words {
  return {
    summary: `${name} is not in this machine, and ${text('namedBy')} names it`,
    evidence: [`${SYSFS}: no ${name}`, `named by ${text('namedBy')}`],
    cause:
      'the card was taken out or has failed, its VFs were removed (sriov_numvfs, or its PF was detached or reset), or it has another address since',
    next: 'make the function come back (create the VFs again), or take it out of the definition',
  };
}

const WORDS: Readonly<Record<string, (name: string, text: Text) => Words>> = {
  unused,
  driverless,
  residue,
  held,
  'vfs-in-use': vfsInUse,
  missing,
};

const CLEAN = 'hotnic ghosts clean';
const AS_ROOT = 'run hotnic as root on the hypervisor';

function groupEvidence(text: Text): readonly string[] {
  if (text('group') === '') return [];
  const members = text('members');
  return [`IOMMU group ${text('group')}${members === '' ? '' : `, with ${members}`}`];
}

function residueEvidence(text: Text): readonly string[] {
  if (text('residue') === '') return [];
  const row = `MAC ${text('rowMac') === '' ? 'none' : text('rowMac')}, VLAN ${text('rowVlan') === '' ? 'none' : text('rowVlan')}`;
  const because = text('because') === '' ? '' : ` (${text('because')})`;
  return [
    `table of the PF ${text('pfNetdev')}: VF ${text('vf')} has ${row}${because}`,
    ...(text('savedFile') === ''
      ? []
      : [
          `what libvirt has kept of the VF in ${text('savedFile')}: MAC ${text('savedMac') === '' ? 'none' : text('savedMac')}, VLAN ${text('savedVlan') === '' ? 'none' : text('savedVlan')}`,
        ]),
  ];
}

function heldEvidence(text: Text): readonly string[] {
  if (text('held') === 'held') return [`/proc of the host: held by ${text('holders')}`];
  if (text('held') === 'unknown') return [`who holds it is not known: ${text('heldWhy')}`];
  return text('orphan') === 'missing' ? [] : ['/proc of the host: no process holds it'];
}
