import { array, int, nullable, string, uint } from '../xdr/codec.js';
import { remote } from './procedure.js';
import { nodeDeviceRef } from './types.js';

const name = { name: string };

/** Procedures about the host's devices. Numbers and shapes: remote_protocol.x of libvirt 9.0. */
export const nodeDeviceProcedures = {
  nodeDeviceLookupByName: remote(113, name, { dev: nodeDeviceRef }),
  nodeDeviceGetXmlDesc: remote(114, { name: string, flags: uint }, { xml: string }),
  nodeDeviceGetParent: remote(115, name, { parentName: nullable(string) }),
  nodeDeviceNumOfCaps: remote(116, name, { num: int }),
  nodeDeviceListCaps: remote(117, { name: string, maxnames: int }, { names: array(string, 65_536) }),
  nodeDeviceReAttach: remote(119, name, {}),
  nodeDeviceReset: remote(120, name, {}),
  connectListAllNodeDevices: remote(
    285,
    { needResults: int, flags: uint },
    { devices: array(nodeDeviceRef, 65_536), ret: uint },
  ),
  nodeDeviceDetachFlags: remote(301, { name: string, driverName: nullable(string), flags: uint }, {}),
} as const;
