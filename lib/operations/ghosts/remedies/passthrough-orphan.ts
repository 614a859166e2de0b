import { parseMac } from '../../../nic/mac-address.js';
import type { PlannedAct } from '../../acts/act.js';
import type { Cure, Remedy, RemedyFinder } from '../remedy.js';
import { NO_CURE, partsOf, removal } from './nic-parts.js';

type Facts = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A function that nobody has goes back to its driver, and a VF gets back what it was before. What a process holds is
 * never touched: every call about it would wait for that process.
 */
export const passthroughOrphanCure: RemedyFinder = (finding, scan) => {
  if (finding.domain !== null) return outOfDefinition(finding, scan);
  const { nic } = finding;
  const facts: Facts = nic.sightings.host?.facts ?? {};
  const address = nic.target;
  if (address === null) return NO_CURE;
  if (facts['orphan'] === 'held') return byHand(endHolder(address, facts));
  if (facts['orphan'] === 'missing') return byHand(...comeBack(address), takeOut(address, facts));
  if (facts['orphan'] === 'vfs-in-use')
    return byHand(
      `free its VFs ${String(facts['vfsInUse'])} first; hotnic nodedev reattach ${address} takes them away from whoever has them`,
    );
  if (facts['held'] === 'unknown') return byHand(`${String(facts['heldWhy'])}; then scan again`);
  return { remedies: bringBack(address, facts), byHand: [] };
};

/**
 * Back to its driver, cleaned where the kernel can do that to it alone. A VF gets its row back before that: its driver
 * takes over the MAC that it finds (measured with igbvf).
 */
function bringBack(address: string, facts: Facts): readonly Remedy[] {
  const { set, drop } = restoring(address, facts);
  const restore = set.length === 0 ? '' : restoreTitle(address, facts);
  const reattach: PlannedAct = { act: 'function-reattach', input: { function: address } };
  if (facts['orphan'] === 'residue')
    return [free(restore, [...anew(address, facts, set, reattach), ...drop])];
  const back = `give ${address} back to its driver`;
  const title = set.length === 0 ? back : `${restore}, and ${back}`;
  const plain = free(title, [...set, reattach, ...drop]);
  const methods = String(facts['resetAlone'] ?? '')
    .split(' ')
    .filter((method) => method !== '');
  if (facts['orphan'] === 'driverless' || methods.length === 0) return [plain];
  const reset: PlannedAct = { act: 'function-reset', input: { function: address, methods } };
  const clean = free(`reset ${address}, ${title}`, [reset, ...set, reattach, ...drop]);
  // Not every card is cleared by the power state; its driver resets it anyway when it probes it.
  return methods[0] === 'pm' ? [plain, clean] : [clean, plain];
}

/** A netdev that has taken over the guest's MAC lets go of it only when its driver begins anew. */
function anew(
  address: string,
  { netdevMac, rowMac, group }: Facts,
  set: readonly PlannedAct[],
  reattach: PlannedAct,
): readonly PlannedAct[] {
  if (netdevMac == null || netdevMac !== rowMac || typeof group !== 'number') return set;
  return [{ act: 'function-detach', input: { function: address, group } }, ...set, reattach];
}

/** What libvirt has kept of the VF; without that no MAC, no VLAN and no trust, as a VF is when it is made. */
function restoring(address: string, facts: Facts): Readonly<Record<'set' | 'drop', readonly PlannedAct[]>> {
  const { residue, pf, vf, savedFile, savedMac, savedVlan, rowTrust } = facts;
  if (residue !== true || typeof pf !== 'string' || typeof vf !== 'number') return { set: [], drop: [] };
  const kept = typeof savedFile === 'string';
  const settings = {
    mac: kept && typeof savedMac === 'string' ? parseMac(savedMac) : null,
    vlan: kept && typeof savedVlan === 'number' && savedVlan > 0 ? savedVlan : null,
    ...(kept || rowTrust !== true ? {} : { trust: false }),
  };
  return {
    set: [{ act: 'vf-set', input: { vf: address, pf, index: vf, settings } }],
    drop: kept ? [{ act: 'saved-vf-drop', input: { file: savedFile } }] : [],
  };
}

function restoreTitle(address: string, { vf, pfNetdev, savedFile }: Facts): string {
  return typeof savedFile === 'string'
    ? `put VF ${String(vf)} of ${String(pfNetdev)} (${address}) back as libvirt has kept it`
    : `take MAC and VLAN of the guest off VF ${String(vf)} of ${String(pfNetdev)} (${address})`;
}

function free(title: string, acts: readonly PlannedAct[]): Remedy {
  return {
    kind: 'passthrough-orphan',
    title,
    risk: 'none',
    riskText: 'no running definition names it and no process holds it',
    acts,
  };
}

function endHolder(address: string, { holders, holderPids, lostGuest }: Facts): string {
  const whose = lostGuest == null ? '' : ` (the guest ${String(lostGuest)} goes on running in it)`;
  return (
    `${String(holders)} holds ${address}${whose}: shut it down from inside or end it (kill ${String(holderPids)}), then scan again; ` +
    'nothing frees the function before, and virsh nodedev-reattach would hang libvirtd'
  );
}

function comeBack(address: string): readonly string[] {
  return [
    `if ${address} is a VF, make the VFs again: echo NUMBER > /sys/bus/pci/devices/PF/sriov_numvfs; if it was removed through sysfs: echo 1 > /sys/bus/pci/rescan`,
  ];
}

function takeOut(address: string, { namedBy }: Facts): string {
  return `or take the <hostdev> of ${address} out of ${String(namedBy)} (virsh detach-device, or virsh edit)`;
}

/** The function behind a NIC of a domain is gone: the definition follows, where the operator wants that. */
function outOfDefinition(finding: Parameters<RemedyFinder>[0], scan: Parameters<RemedyFinder>[1]): Cure {
  const parts = partsOf(finding, scan);
  const named = (finding.nic.sightings.live ?? finding.nic.sightings.config)?.facts['hostFunction'];
  if (!parts || typeof named !== 'string') return NO_CURE;
  const { domain } = parts.target;
  const live = removal(parts, 'live');
  const config = removal(parts, 'config');
  const fromLive: Remedy = {
    kind: 'passthrough-orphan',
    title: `take ${parts.name} out of the running definition of ${domain}`,
    risk: 'none',
    riskText: 'the guest has lost the function already',
    acts: live,
  };
  const fromBoth: Remedy = {
    kind: 'passthrough-orphan',
    title: `take ${parts.name} out of the definition of ${domain} for good`,
    risk: 'none',
    riskText: 'the domain starts without it; with it, it cannot start',
    acts: [...live, ...config],
    onRequest: 'choose',
  };
  return {
    remedies: [...(live.length > 0 ? [fromLive] : []), ...(config.length > 0 ? [fromBoth] : [])],
    byHand: comeBack(named),
  };
}

function byHand(...lines: readonly string[]): Cure {
  return { remedies: [], byHand: lines };
}
