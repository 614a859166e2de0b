import type { Channel } from '../channel/channel.js';
import type { GuestProbe, UnregisterWait } from '../guest/probe-types.js';
import type { DomainView } from '../hypervisor/domain-view.js';
import type { GuestEvidence } from '../nic/guest-evidence.js';
import type { HostEvidence } from '../nic/host-evidence.js';
import type { MacAddress } from '../nic/mac-address.js';
import type { PciPath } from '../nic/pci-address.js';
import type { Nic, PlaneReading } from '../nic/sighting.js';
import { readConfig, readLive } from '../planes/definition-planes.js';
import { readHost } from '../planes/host-plane.js';
import { joinSightings } from '../planes/join.js';
import type { DomainXml } from '../xml/domain.js';
import { liveOnlyMarks } from './live-only-marks.js';
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

/** Nothing but the planes is known. */
export const NOTHING_ELSE: JudgeContext = { removalRequests: [], liveOnlyByIntent: [], host: null };

/** Reads every plane of a domain and judges its NICs. Unread planes are said so, they are never taken for empty. */
export async function readNics(
  view: DomainView,
  host: Channel,
  guest: GuestAnswer,
  signal?: AbortSignal,
  context: JudgeContext = NOTHING_ELSE,
): Promise<DomainNics> {
  const live = readLive(view);
  return await judgeDomain(view, live, {
    host: await readHost(live, host, signal),
    guest,
    context,
  });
}

/** What was read of a domain beside its definitions. */
export interface OtherPlanes {
  readonly host: PlaneReading;
  readonly guest: GuestAnswer;
  /** The guest's planes where they have been made of its answer already (readGuestPlanes). */
  readonly guestReadings?: readonly PlaneReading[];
  /** QEMU's own word; left out where it was not asked. */
  readonly qemu?: PlaneReading;
  readonly context?: JudgeContext;
}

/** The guest's planes from its answer. What reads its configuration files is loaded only for a guest that answered. */
export async function readGuestPlanes(guest: GuestAnswer): Promise<readonly PlaneReading[]> {
  if (guest.probe) return (await import('../planes/guest-planes.js')).readGuest(guest.probe);
  const { state, why } = guest;
  return GUEST_PLANES.map((plane) => ({ plane, state, why, sightings: [] }));
}

const GUEST_PLANES = ['guest-pci', 'guest-net', 'guest-config'] as const;

/** Joins and judges what was read; asks nobody. */
export async function judgeDomain(
  view: DomainView,
  live: PlaneReading,
  planes: OtherPlanes,
): Promise<DomainNics> {
  const { host, guest, guestReadings, qemu, context = NOTHING_ELSE } = planes;
  const readings = [
    live,
    readConfig(view),
    ...(qemu === undefined ? [] : [qemu]),
    host,
    ...(guestReadings ?? (await readGuestPlanes(guest))),
  ];
  const commandLineMacs = macsOnCommandLine(view.live?.qemuArguments ?? []);
  // The whole definition is read again for these: only where another plane may show such a function.
  const hostdevPaths = guest.probe || qemu ? passedThrough(view.live) : [];
  const { evidence, unregisterWaits } = await readGuestFacts(guest);
  const { liveOnlyByIntent: told } = context;
  const liveOnlyByIntent = told === 'all' ? told : [...told, ...liveOnlyMarks(view)];
  const subject = {
    domain: view.name,
    active: view.active,
    persistent: view.persistent,
    readings,
    unregisterWaits,
    guest: evidence,
    commandLineMacs,
    hostdevPaths,
    paused: view.paused,
    guestBoot: guest.probe ? { state: guest.probe.boot.state, reason: guest.probe.boot.reason } : null,
    ...context,
    liveOnlyByIntent,
  };
  const nics = joinSightings(readings).map((nic) => ({ nic, verdict: judge({ ...subject, nic }) }));
  // A line of the guest's configuration is no NIC by itself: it counts where it is residue.
  const real = nics.filter(
    ({ nic: { sightings }, verdict }) =>
      verdict.kind === 'config-residue' ||
      sightings['guest-config'] === undefined ||
      Object.keys(sightings).length > 1,
  );
  return { domain: view.name, readings, nics: real };
}

/** What the guest says beside its planes. What reads it is loaded only for a guest that answered. */
async function readGuestFacts({
  probe,
}: GuestAnswer): Promise<{ evidence: GuestEvidence | null; unregisterWaits: readonly UnregisterWait[] }> {
  if (!probe) return { evidence: null, unregisterWaits: [] };
  const [{ readGuestEvidence }, { currentUnregisterWaits }] = await Promise.all([
    import('../planes/guest-evidence.js'),
    import('../guest/unregister-wait.js'),
  ]);
  return { evidence: readGuestEvidence(probe), unregisterWaits: currentUnregisterWaits(probe) };
}

/** The guest's paths to the functions of the host that are given to it as `<hostdev>`. */
function passedThrough(live: DomainXml | null): readonly PciPath[] {
  return (live?.hostdevAddresses ?? []).flatMap((address) => live?.pciPathOf(address) ?? []);
}

/** MACs in `-device …,mac=…` arguments that the definition hands to QEMU as they are. */
function macsOnCommandLine(args: readonly string[]): readonly string[] {
  return args.flatMap((arg) =>
    [...arg.matchAll(/\bmac=([0-9a-f]{2}(?::[0-9a-f]{2}){5})/gi)].map((match) =>
      (match[1] ?? '').toLowerCase(),
    ),
  );
}
