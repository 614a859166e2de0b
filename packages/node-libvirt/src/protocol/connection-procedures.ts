import { array, int, nullable, string, uhyper, uint } from '../xdr/codec.js';
import { remote } from './procedure.js';
import { domainRef } from './types.js';

/** Procedures about the connection itself. Numbers and shapes: remote_protocol.x of libvirt 9.0. */
export const connectionProcedures = {
  connectOpen: remote(1, { name: nullable(string), flags: uint }, {}),
  connectClose: remote(2, {}, {}),
  connectGetType: remote(3, {}, { type: string }),
  connectGetVersion: remote(4, {}, { hvVer: uhyper }),
  connectGetCapabilities: remote(7, {}, { capabilities: string }),
  connectGetHostname: remote(59, {}, { hostname: string }),
  connectSupportsFeature: remote(60, { feature: int }, { supported: int }),
  authList: remote(66, {}, { types: array(int, 20) }),
  authPolkit: remote(70, {}, { complete: int }),
  connectGetUri: remote(110, {}, { uri: string }),
  connectIsSecure: remote(149, {}, { secure: int }),
  connectGetLibVersion: remote(157, {}, { libVer: uhyper }),
  connectDomainEventCallbackRegisterAny: remote(
    316,
    { eventId: int, dom: nullable(domainRef) },
    { callbackId: int },
  ),
  connectDomainEventCallbackDeregisterAny: remote(317, { callbackId: int }, {}),
  connectGetDomainCapabilities: remote(
    342,
    {
      emulatorbin: nullable(string),
      arch: nullable(string),
      machine: nullable(string),
      virttype: nullable(string),
      flags: uint,
    },
    { capabilities: string },
  ),
} as const;
