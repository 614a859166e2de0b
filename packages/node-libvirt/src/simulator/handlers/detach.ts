import { ErrorCode } from '../../generated/constants/error-code.js';
import type { Args } from '../../protocol/procedures.js';
import { Failure } from '../failure.js';
import type { UnplugOutcome } from '../unplug.js';
import type { CallContext } from './handler.js';

const DEFAULT_WAIT_MS = 5000;

/**
 * A detach by XML: waits for the guest, and when the wait runs out answers success with the device still there, as
 * libvirt does. The definition's half is changed only once the live half has not failed.
 */
export async function detachXml(
  { dom, xml, flags }: Args<'domainDetachDeviceFlags'>,
  call: CallContext,
): Promise<Record<string, never>> {
  const { outcome, config } = call.world.domain(dom).detach({ xml }, flags);
  if (outcome !== null) await waitFor(outcome, call);
  config();
  return {};
}

/** A detach by alias never waits; a refusal shows as an event alone. */
export function detachAlias(
  { dom, alias, flags }: Args<'domainDetachDeviceAlias'>,
  call: CallContext,
): Record<string, never> {
  const { outcome, config } = call.world.domain(dom).detach({ alias }, flags);
  if (outcome?.afterReply !== undefined) call.afterReply(outcome.afterReply);
  config();
  return {};
}

async function waitFor(outcome: UnplugOutcome, call: CallContext): Promise<void> {
  const { world } = call;
  const waited = world.timers.wait(world.setup.detachWaitMs ?? DEFAULT_WAIT_MS).then(() => 'waited' as const);
  const result = await (outcome.done === null ? waited : Promise.race([outcome.done, waited]));
  if (result === 'refused') {
    throw new Failure(ErrorCode.OPERATION_FAILED, 'unplug of device was rejected by the guest');
  }
  if (outcome.afterReply !== undefined) call.afterReply(outcome.afterReply);
}
