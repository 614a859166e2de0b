import { array, int, string, uint } from '../xdr/codec.js';
import { remote } from './procedure.js';
import { filterBindingRef } from './types.js';

const nwfilter = { nwfilter: filterBindingRef };

/** Procedures about bindings of network filters. Numbers as libvirt 9.0's own client sends them; shapes: remote_protocol.x. */
export const filterBindingProcedures = {
  nwfilterBindingLookupByPortDev: remote(397, { name: string }, nwfilter),
  nwfilterBindingGetXmlDesc: remote(398, { nwfilter: filterBindingRef, flags: uint }, { xml: string }),
  nwfilterBindingCreateXml: remote(399, { xml: string, flags: uint }, nwfilter),
  nwfilterBindingDelete: remote(400, nwfilter, {}),
  connectListAllNwfilterBindings: remote(
    401,
    { needResults: int, flags: uint },
    { bindings: array(filterBindingRef, 16_384), ret: uint },
  ),
} as const;
