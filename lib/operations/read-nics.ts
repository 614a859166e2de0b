import type { Channel } from '../channel/channel.js';
import type { GuestProbe } from '../guest/probe-types.js';
import { currentUnregisterWaits } from '../guest/unregister-wait.js';
import type { DomainView } from '../hypervisor/domain-view.js';
import type { HostEvidence } from '../nic/host-evidence.js';
import type { MacAddress } from '../nic/mac-address.js';
import type { Nic, PlaneReading } from '../nic/sighting.js';
import { readConfig, readLive } from '../planes/definition-planes.js';
import { readGuest, unreadGuest } from '../planes/guest-planes.js';
import { readHost } from '../planes/host-plane.js';
import { joinSightings } from '../planes/join.js';
import { judge, type RemovalRequest, type Verdict } from '../verdicts/index.js';

/** A domain's NICs, each with its verdict, and how each plane was read. */
export interface DomainNics {
  readonly domain: string;
  readonly readings: readonly PlaneReading[];
  readonly nics: readonly { readonly nic: Nic; readonly verdict: Verdict }[];
}

/** What became of asking the guest. */
export type GuestAnswer =
  | { readonly probe: GuestProbe }
  | { readonly probe: null; readonly state: 'unreadable' | 'not-asked' | 'absent'; readonly why: string };

/** What a scan knows beside the planes of one domain. */
export interface JudgeContext {
  readonly removalRequests: readonly RemovalRequest[];
  readonly liveOnlyByIntent: 'all' | readonly MacAddress[];
  readonly host: HostEvidence | null;
}

const NOTHING_ELSE: JudgeContext = { removalRequests: [], liveOnlyByIntent: [], host: null };

/** Reads every plane of a domain and judges its NICs. Unread planes are said so, they are never taken for empty. */
export async function readNics(
  view: DomainView,
  host: Channel,
  guest: GuestAnswer,
  signal?: AbortSignal,
  context: JudgeContext = NOTHING_ELSE,
): Promise<DomainNics> {
  const live = readLive(view);
  const readings = [
    live,
    readConfig(view),
    await readHost(live, host, signal),
    ...(guest.probe ? readGuest(guest.probe) : unreadGuest(guest.state, guest.why)),
  ];
  const commandLineMacs = macsOnCommandLine(view.live?.qemuArguments ?? []);
  const nics = joinSightings(readings).map((nic) => ({
    nic,
    verdict: judge({
      domain: view.name,
      active: view.active,
      persistent: view.persistent,
      nic,
      readings,
      unregisterWaits: guest.probe ? currentUnregisterWaits(guest.probe) : [],
      commandLineMacs,
      ...context,
    }),
  }));
  return { domain: view.name, readings, nics };
}

/** MACs in `-device …,mac=…` arguments that the definition hands to QEMU as they are. */
function macsOnCommandLine(args: readonly string[]): readonly string[] {
  return args.flatMap((arg) =>
    [...arg.matchAll(/\bmac=([0-9a-f]{2}(?::[0-9a-f]{2}){5})/gi)].map((match) =>
      (match[1] ?? '').toLowerCase(),
    ),
  );
}
