import type { NetMessageError, NetStreamHole } from '../generated/structs.js';
import { type Codec, struct } from '../xdr/codec.js';
import { typeNamed } from './table.js';

export type {
  DomainInterface,
  DomainRef,
  NetworkPortRef,
  NetworkRef,
  NwfilterBindingRef,
} from '../generated/structs.js';

/** The payload of a reply with status "error" (virNetMessageError). */
export const errorPayload: Codec<NetMessageError> = lazily('netMessageError');

/** The payload of a hole in a stream (virNetStreamHole). */
export const streamHole: Codec<NetStreamHole> = lazily('netStreamHole');

/** No payload at all. */
export const nothing = struct({});

/** A type of the table that is looked up when it is first used, so that importing it costs nothing. */
function lazily<T>(name: string): Codec<T> {
  const codec = (): Codec<T> => typeNamed(name) as Codec<T>;
  return {
    get minimumBytes() {
      return codec().minimumBytes;
    },
    read: (reader) => codec().read(reader),
    write: (writer, value) => {
      codec().write(writer, value);
    },
  };
}
