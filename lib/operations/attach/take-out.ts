import { AffectFlags, isDeviceMissing } from 'node-libvirt';
import { viewDomain } from '../../hypervisor/domain-view.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { Progress } from '../../plan/index.js';
import { serialize } from '../../xml/serialize.js';
import { askAndWait } from '../detach/removal-wait.js';
import { slotRules } from '../detach/slot-rules.js';
import { listenToDevice } from '../shared/device-events.js';
import type { PreparedAttach } from './prepare.js';

// A native slot takes 6.3 s after a request that may be refused as busy for 5 s; as much again for a guest under load.
const TAKE_OUT_MS = 25_000;

/** Takes a NIC out again that was attached a moment ago. Null when it is gone; else what is left, in words. */
export async function takeOut(
  { view, mac, ownIn, slotKind }: PreparedAttach,
  hypervisor: Hypervisor,
  progress: Progress,
  note: (text: string) => void,
): Promise<string | null> {
  const observer = await hypervisor.observe();
  const watched = await observer.domainLookupByName(view.name);
  const read = async () => ownIn(await viewDomain(watched));
  const { live } = await read();
  if (live?.alias) {
    const { alias } = live;
    await using signs = await listenToDevice(observer, watched, alias);
    await askAndWait({
      // Over the observing connection: the other may be what broke.
      ask: () => watched.detachDeviceAlias(alias, AffectFlags.LIVE),
      stillThere: async () => (await read()).live !== undefined,
      onSign: (listener) => signs.on(listener),
      rules: slotRules(slotKind),
      timeoutMs: TAKE_OUT_MS,
      signal: new AbortController().signal,
      progress,
      note,
      what: `${alias} to be taken out again`,
    });
  }
  const now = await read();
  // While the running definition holds on to it, the persistent one keeps it too: they go on agreeing.
  if (now.live)
    return `the guest does not let ${mac} go: it stays in ${now.config ? 'both definitions' : 'the running definition'}`;
  if (now.config) {
    await watched
      .detachDeviceFlags(serialize(now.config.element), AffectFlags.CONFIG)
      .catch((error: unknown) => {
        if (!isDeviceMissing(error)) throw error;
      });
  }
  return null;
}
