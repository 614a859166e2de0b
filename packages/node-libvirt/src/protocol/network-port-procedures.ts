import { array, int, string, uint } from '../xdr/codec.js';
import { remote } from './procedure.js';
import { networkPortRef, networkRef, uuid } from './types.js';

const port = { port: networkPortRef };

/** Procedures about the ports of networks. Numbers as libvirt 9.0's own client sends them; shapes: remote_protocol.x. */
export const networkPortProcedures = {
  networkListAllPorts: remote(
    404,
    { network: networkRef, needResults: int, flags: uint },
    { ports: array(networkPortRef, 16_384), ret: uint },
  ),
  networkPortLookupByUuid: remote(405, { network: networkRef, uuid }, port),
  networkPortCreateXml: remote(406, { network: networkRef, xml: string, flags: uint }, port),
  networkPortGetXmlDesc: remote(409, { port: networkPortRef, flags: uint }, { xml: string }),
  networkPortDelete: remote(410, { port: networkPortRef, flags: uint }, {}),
} as const;
