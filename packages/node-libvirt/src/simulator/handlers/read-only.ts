import { ErrorCode } from '../../generated/constants/error-code.js';
import type { ProcedureName } from '../../protocol/procedures.js';
import { Failure } from '../failure.js';

const CHANGES =
  /^(domain(Create|Define|Destroy|Shutdown|Reboot|Reset|Suspend|Resume|Undefine|Attach|Detach|Update|Set|Send|Inject)|network(Create|Define|Destroy|Undefine|Set)|nodeDevice(Detach|ReAttach|Reset)|qemu)/;

/** Throws Failure 29 for a procedure that changes something. */
export function assertReading(procedure: ProcedureName): void {
  if (!CHANGES.test(procedure)) return;
  throw new Failure(ErrorCode.OPERATION_DENIED, `read only access prevents ${procedure}`);
}
