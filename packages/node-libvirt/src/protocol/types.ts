import { ProtocolError } from '../errors/protocol-error.js';
import { type Carried, type Codec, int, nullable, string, struct } from '../xdr/codec.js';

/** A UUID, 16 bytes on the wire and the usual 36 characters here. */
export const uuid: Codec<string> = {
  minimumBytes: 16,
  read: (reader) => {
    const hex = reader.fixedOpaque(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
  write: (writer, value) => {
    const hex = value.replaceAll('-', '');
    if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new ProtocolError(`${JSON.stringify(value)} is not a UUID`);
    writer.hex(hex);
  },
};

/** How a domain is named in calls and events (remote_nonnull_domain); `id` is -1 when it does not run. */
export const domainRef = struct({ name: string, uuid, id: int });
export type DomainRef = Carried<typeof domainRef>;

/** How a network is named in calls (remote_nonnull_network). */
export const networkRef = struct({ name: string, uuid });
export type NetworkRef = Carried<typeof networkRef>;

/** How a port of a network is named in calls (remote_nonnull_network_port). */
export const networkPortRef = struct({ net: networkRef, uuid });
export type NetworkPortRef = Carried<typeof networkPortRef>;

/** How a filter's binding to a netdev is named in calls (remote_nonnull_nwfilter_binding). */
export const filterBindingRef = struct({ portdev: string, filtername: string });
export type FilterBindingRef = Carried<typeof filterBindingRef>;

/** How a node device is named in lists (remote_nonnull_node_device). */
export const nodeDeviceRef = struct({ name: string });

/** The payload of a reply with status "error" (virNetMessageError). */
export const errorPayload = struct({
  code: int,
  domain: int,
  message: nullable(string),
  level: int,
  dom: nullable(domainRef),
  str1: nullable(string),
  str2: nullable(string),
  str3: nullable(string),
  int1: int,
  int2: int,
  net: nullable(networkRef),
});

/** No payload at all. */
export const nothing = struct({});
