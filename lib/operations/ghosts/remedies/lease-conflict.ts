import type { DhcpLease } from '../../../nic/host-evidence.js';
import { addressConflicts, type AddressConflict } from '../../../verdicts/lease-conflict.js';
import { isIPv4 } from 'node:net';
import type { PlannedAct } from '../../acts/act.js';
import type { RemedyFinder } from '../remedy.js';

/** Drops the leases and neighbour entries that contradict the NIC. Leases of other MACs may be in use: those by hand. */
export const leaseConflictCure: RemedyFinder = ({ nic }, scan, { evidence }) => {
  if (evidence === null || scan === null) return { remedies: [], byHand: [] };
  const tool = evidence.canReleaseLeases === true;
  const found = addressConflicts(nic, evidence, scan.readings).map((one) => cureOne(one, tool));
  const acts = found.flatMap((one) => ('act' in one ? [one] : []));
  const byHand = found.flatMap((one) => ('byHand' in one ? [one.byHand] : []));
  if (acts.length === 0) return { remedies: [], byHand };
  return {
    remedies: [
      {
        kind: 'lease-conflict',
        title: `make the host forget what contradicts ${nic.mac ?? 'the NIC'}`,
        risk: 'none',
        riskText: 'the guest keeps the address that it uses; what was forgotten is asked for anew',
        acts,
      },
    ],
    byHand: [
      ...byHand,
      'if the guest should have its address from DHCP, renew it there (dhclient, networkctl renew, nmcli device reapply)',
    ],
  };
};

type One = PlannedAct | { readonly byHand: string };

function cureOne(conflict: AddressConflict, tool: boolean): One {
  switch (conflict.kind) {
    case 'neighbour': {
      const { address, dev, mac } = conflict.neighbour;
      return { act: 'neighbour-delete', input: { address, dev, mac } };
    }
    case 'leased-twice':
      return conflict.guestHasIt === false
        ? drop(conflict.lease, tool)
        : {
            byHand: `${conflict.lease.address} is also leased to ${conflict.other.mac}: if no machine has that MAC any more, ${command(conflict.other)}`,
          };
    default:
      return drop(conflict.lease, tool);
  }
}

function drop(lease: DhcpLease, tool: boolean): One {
  const { network, bridge, mac, address, clientId = null } = lease;
  if (!tool || bridge === null || !isIPv4(address))
    return { byHand: `${command(lease)} (dhcp_release is in the package dnsmasq-utils)` };
  return { act: 'lease-drop', input: { network, bridge, mac, address, clientId } };
}

function command({ bridge, mac, address, clientId = null }: DhcpLease): string {
  const client = clientId === null ? '' : ` ${clientId}`;
  return isIPv4(address)
    ? `dhcp_release ${bridge ?? 'BRIDGE'} ${address} ${mac}${client}`
    : `dhcp_release6 --iface ${bridge ?? 'BRIDGE'} --client-id ${clientId ?? 'ID'} --server-id ID --iaid ID --ip ${address}`;
}
