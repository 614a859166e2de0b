import { update, type UpdateOptions, type UpdateReport } from '../../lib/operations/update/update.js';
import { NO_WORDS } from './detaching.js';
import { MAC_A } from './domains.js';
import { MemoryRecorder, silent, type TestWorld } from './world.js';

/** Takes the link of web1's first NIC down in every definition, unless told otherwise. */
export function updateOf(world: TestWorld, more: Partial<UpdateOptions> = {}): Promise<UpdateReport> {
  return update({
    hypervisor: world.hypervisor,
    domain: 'web1',
    nic: MAC_A,
    changes: { link: 'down' },
    source: null,
    affect: NO_WORDS,
    dryRun: false,
    recorder: () => new MemoryRecorder(),
    signal: new AbortController().signal,
    progress: silent(),
    ...more,
  });
}
