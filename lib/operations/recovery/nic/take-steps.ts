import { AffectFlags, isDeviceMissing, type Domain } from 'node-libvirt';
import { HotnicError } from '../../../errors/hotnic-error.js';
import { viewDomain } from '../../../hypervisor/domain-view.js';
import { explainLibvirt } from '../../../hypervisor/libvirt-error.js';
import { InterruptedError, PendingError, type Step, type StepContext } from '../../../plan/index.js';
import type { InterfaceXml } from '../../../xml/domain.js';
import { serialize } from '../../../xml/serialize.js';
import { askAndWait, type RemovalOutcome } from '../../detach/removal-wait.js';
import { slotRules } from '../../detach/slot-rules.js';
import { listenToDevice } from '../../shared/device-events.js';
import { findHalf } from '../find-half.js';
import type { HalfRequest } from '../request.js';
import { nicName, type HalfName, type NicSubject } from './subject.js';

/** Asks the guest to let the NIC go, and waits until it has; nothing to do where it has gone already. */
export function takeOutLiveStep(subject: NicSubject, half: HalfRequest): Step {
  return {
    name: 'take-out-live',
    describe: `ask the guest to let ${nicName(subject)} go (${subject.request.slot} slot), at the most ${subject.timeoutMs / 1000} s`,
    async run(context) {
      const outcome = await askToLeave(subject, half, context);
      if (outcome !== null) judge(outcome, subject);
      return outcome === null ? { already: 'gone' } : undefined;
    },
  };
}

/** Takes it out of the persistent definition; nothing to do where it has gone already. */
export function takeOutConfigStep(subject: NicSubject, half: HalfRequest, afterLive: boolean): Step {
  return {
    name: 'take-out-config',
    describe: `take ${nicName(subject)} out of the persistent definition`,
    ...(afterLive ? { onInterrupt: 'finish' as const } : {}),
    async run() {
      await removeFromConfig(subject, half);
      return undefined;
    },
  };
}

/** Reads the definition anew and finds the NIC in it. */
export async function findNow(
  { view, hypervisor }: NicSubject,
  name: HalfName,
  half: HalfRequest,
): Promise<{ readonly nic: InterfaceXml | null; readonly domain: Domain }> {
  const observer = await hypervisor.observe();
  const domain = await observer.domainLookupByName(view.name);
  const now = await viewDomain(domain);
  return { nic: findHalf(now[name], half), domain };
}

/** Null when it was gone already. */
export async function askToLeave(
  subject: NicSubject,
  half: HalfRequest,
  { signal, progress, note }: Pick<StepContext, 'signal' | 'progress' | 'note'>,
): Promise<RemovalOutcome | null> {
  const { nic, domain } = await findNow(subject, 'live', half);
  if (!nic) return null;
  const alias = nic.alias ?? '';
  const observer = await subject.hypervisor.observe();
  await using signs = await listenToDevice(observer, domain, alias);
  try {
    return await askAndWait({
      ask: () => domain.detachDeviceAlias(alias, AffectFlags.LIVE),
      stillThere: async () => (await findNow(subject, 'live', half)).nic !== null,
      onSign: (listener) => signs.on(listener),
      rules: slotRules(subject.request.slot),
      timeoutMs: subject.timeoutMs,
      signal,
      progress,
      note,
      what: `DEVICE_REMOVED of ${alias}`,
    });
  } catch (error) {
    throw explainLibvirt(error, `detach ${alias} from ${subject.view.name}`);
  }
}

/** Idempotent. */
export async function removeFromConfig(subject: NicSubject, half: HalfRequest): Promise<void> {
  const { nic, domain } = await findNow(subject, 'config', half);
  if (!nic) return;
  try {
    await domain.detachDeviceFlags(serialize(nic.element), AffectFlags.CONFIG);
  } catch (error) {
    if (!isDeviceMissing(error))
      throw explainLibvirt(
        error,
        `take ${nicName(subject)} out of the persistent definition of ${subject.view.name}`,
      );
  }
}

function judge(outcome: RemovalOutcome, subject: NicSubject): void {
  const { view } = subject;
  const title = `${nicName(subject)} of ${view.name}`;
  switch (outcome.end) {
    case 'removed':
      return;
    case 'refused':
      throw new HotnicError('guest-refused', `${title}: the guest refused to let it go`, {
        seen: 'DEVICE_REMOVAL_FAILED',
        next: 'look at the guest’s kernel log (dmesg), free the NIC there, and try again',
      });
    case 'domain-stopped':
      throw new HotnicError('domain-stopped', `${title}: the domain stopped while it was waited for`, {
        next: `hotnic list ${view.name}`,
      });
    case 'interrupted':
      throw new InterruptedError(`${title}: interrupted`, 'before', outcome.asked > 0);
    case 'lost':
    case 'deadline':
      throw new PendingError(
        `${title}: the guest was asked to let it go, and it is not known to have gone`,
        outcome.end === 'lost'
          ? 'libvirt-lost: whether the guest let go is not known'
          : 'detach-pending: the guest has not let go; the definitions still have the NIC',
        `hotnic list ${view.name}`,
      );
  }
}
