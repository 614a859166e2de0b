import type { Carried } from '../xdr/codec.js';
import { connectionProcedures } from './connection-procedures.js';
import { domainProcedures } from './domain-procedures.js';
import { filterBindingProcedures } from './filter-binding-procedures.js';
import { networkPortProcedures } from './network-port-procedures.js';
import { networkProcedures } from './network-procedures.js';
import { nodeDeviceProcedures } from './node-device-procedures.js';

/** Every procedure this library can call, by the name libvirt's protocol gives it, in camel case. */
export const procedures = {
  ...connectionProcedures,
  ...domainProcedures,
  ...networkProcedures,
  ...networkPortProcedures,
  ...filterBindingProcedures,
  ...nodeDeviceProcedures,
} as const;

export type Procedures = typeof procedures;

/** "domainGetXmlDesc" and its like. */
export type ProcedureName = keyof Procedures;

/** What a procedure is called with. */
export type Args<N extends ProcedureName> = Carried<Procedures[N]['args']>;

/** What a procedure answers. */
export type Result<N extends ProcedureName> = Carried<Procedures[N]['result']>;
