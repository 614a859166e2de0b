import { ProtocolError } from '../errors/protocol-error.js';
import type { Codec } from '../xdr/codec.js';

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
