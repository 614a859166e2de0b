import type { Case } from './verdict.js';

/** The NIC is meant to be in the running definition alone: the user said so, or the domain's metadata do. */
export function meantLiveOnly({ liveOnlyByIntent, nic }: Case): boolean {
  const mac = nic.sightings.live?.mac ?? null;
  return liveOnlyByIntent === 'all' || (mac !== null && liveOnlyByIntent.includes(mac));
}
