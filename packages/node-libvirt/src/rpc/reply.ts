import { LibvirtError } from '../errors/libvirt-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { saysUnsupported, UnsupportedProcedureError } from '../errors/unsupported-procedure-error.js';
import type { Procedure } from '../protocol/procedure.js';
import { errorPayload } from '../protocol/types.js';
import { decodePayload, type Frame, MessageStatus, MessageType } from './frame.js';

/** Settles with what `read` gives or throws; what `resolve` throws is not its caller's. */
export function settleWith<T>(
  read: () => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): void {
  let value: T;
  try {
    value = read();
  } catch (error) {
    reject(error);
    return;
  }
  resolve(value);
}

/** Reads a reply. @throws LibvirtError when it is the daemon's error, ProtocolError when it is not for this call. */
export function readReply<R>(
  name: string,
  procedure: Procedure<never, R> | Procedure<unknown, R>,
  frame: Frame,
): R {
  const { header, payload } = frame;
  if (header.type === MessageType.reply && header.procedure === procedure.number) {
    if (header.program === procedure.program && header.status === MessageStatus.ok) {
      return decodePayload(procedure.result, payload, `the reply to ${name}`);
    }
    // An unknown program is reported under the caller's header, so the program is not compared here.
    if (header.status === MessageStatus.error) {
      const fields = decodePayload(errorPayload, payload, `the error of ${name}`);
      throw saysUnsupported(fields)
        ? new UnsupportedProcedureError(fields, name)
        : new LibvirtError(fields, name);
    }
  }
  throw new ProtocolError(`the reply to ${name} has an unexpected header: ${JSON.stringify(header)}`);
}
