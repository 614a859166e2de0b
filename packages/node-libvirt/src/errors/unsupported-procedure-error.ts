import { LibvirtError, type ErrorFields } from './libvirt-error.js';

/** The daemon does not know the procedure: it is older than the libvirt that has it, or built without that part. */
export class UnsupportedProcedureError extends LibvirtError {
  constructor(fields: ErrorFields, procedure: string) {
    const said = fields.message ?? '';
    super(
      {
        ...fields,
        message: `this libvirt daemon does not have ${procedure} (${said}); update libvirt there`,
      },
      procedure,
    );
  }
}

/** ErrorCode.RPC: the daemon's answer to a procedure number that is not in its table (measured on 9.0). */
const RPC = 39;

/** True for the daemon's words for a procedure or a program that it does not have. */
export function saysUnsupported({ code, message }: ErrorFields): boolean {
  return code === RPC && /unknown procedure|Cannot find program/i.test(message ?? '');
}
