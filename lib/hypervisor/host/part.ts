import { CallTimeoutError, ErrorCode, LibvirtError } from 'node-libvirt';
import { isHotnicError } from '../../errors/hotnic-error.js';
import type { Part } from './facts.js';

/** Thrown by a reader whose object this hypervisor does not have at all. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

/**
 * Reads one part: a failure becomes its state instead of ending the others. Only an abort is thrown on.
 * @throws the abort reason
 */
export async function readPart<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<Part<T>> {
  const begun = performance.now();
  const tookMs = () => Math.round(performance.now() - begun);
  try {
    return { state: 'read', value: await read(), tookMs: tookMs() };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { state: isAbsence(error) ? 'not-there' : 'unreadable', why, tookMs: tookMs() };
  }
}

/** No such command, or a libvirt that has no such call or driver: there is nothing to be read. */
function isAbsence(error: unknown): boolean {
  if (error instanceof NotThere || isHotnicError(error, 'command-not-found')) return true;
  if (error instanceof CallTimeoutError || !(error instanceof LibvirtError)) return false;
  // A daemon that does not know a procedure answers RPC "unknown procedure: N".
  return (
    error.code === ErrorCode.NO_SUPPORT ||
    (error.code === ErrorCode.RPC && /unknown procedure/i.test(error.message))
  );
}
