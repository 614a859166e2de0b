import { array, type Carried, hyper, int, nullable, string, struct, uint } from '../xdr/codec.js';
import { remote } from './procedure.js';
import { networkRef, uuid } from './types.js';

/** One lease of a network's DHCP server (remote_network_dhcp_lease). */
const dhcpLease = struct({
  iface: string,
  expirytime: hyper,
  type: int,
  mac: nullable(string),
  iaid: nullable(string),
  ipaddr: string,
  prefix: uint,
  hostname: nullable(string),
  clientid: nullable(string),
});
export type WireLease = Carried<typeof dhcpLease>;

const net = { net: networkRef };

/** Procedures about networks. Numbers and shapes: remote_protocol.x of libvirt 9.0. */
export const networkProcedures = {
  networkCreate: remote(39, net, {}),
  networkCreateXml: remote(40, { xml: string }, net),
  networkDefineXml: remote(41, { xml: string }, net),
  networkDestroy: remote(42, net, {}),
  networkGetXmlDesc: remote(43, { net: networkRef, flags: uint }, { xml: string }),
  networkGetAutostart: remote(44, net, { autostart: int }),
  networkGetBridgeName: remote(45, net, { name: string }),
  networkLookupByName: remote(46, { name: string }, net),
  networkLookupByUuid: remote(47, { uuid }, net),
  networkSetAutostart: remote(48, { net: networkRef, autostart: int }, {}),
  networkUndefine: remote(49, net, {}),
  networkIsActive: remote(152, net, { active: int }),
  networkIsPersistent: remote(153, net, { persistent: int }),
  connectListAllNetworks: remote(
    283,
    { needResults: int, flags: uint },
    { nets: array(networkRef, 16_384), ret: uint },
  ),
  networkGetDhcpLeases: remote(
    341,
    { net: networkRef, mac: nullable(string), needResults: int, flags: uint },
    { leases: array(dhcpLease, 65_536), ret: uint },
  ),
} as const;
