import type { Channel } from '../../channel/channel.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';

/** Whose holders are asked for. */
export interface HolderQuestion {
  /** Names of taps. */
  readonly taps: readonly string[];
  /** Character devices of macvtaps as "MAJOR:MINOR" in decimal, and vfio groups as "/dev/vfio/12". */
  readonly devices: readonly string[];
}

/** A process that has a tap, a macvtap or a vfio group open. */
export interface Holder {
  readonly pid: number;
  /** The kernel's name of the process, up to 15 bytes. */
  readonly command: string;
  /** The guest that a QEMU was started for (`-name guest=…`); null for other programs. */
  readonly guest: string | null;
  /** It names its guest as libvirt does (`guest=`); other people's QEMUs write the bare name, or none. */
  readonly namedByLibvirt?: boolean;
  /** The tap, or the device as it was asked for. */
  readonly holds: string;
  /** It runs in the network namespace that was asked about; elsewhere a tap of the same name may be another one. */
  readonly sameNamespace: boolean;
}

/** What a walk over the processes found. */
export interface HolderWalk {
  readonly holders: readonly Holder[];
  /** Every process could be looked at. Where this is false, "nobody" is not known. */
  readonly complete: boolean;
}

// A link is matched by its end: in a process with a private /dev the path before it may differ. Only the link is read
// and the inode looked up; nothing of the device itself, which could block (vfio).
const WALK = `[ "$(id -u)" = 0 ] || echo 'not root'
list=$(find /proc/[0-9]*/fd -mindepth 1 -maxdepth 1 \\( -lname '*/net/tun' -o -lname '*/tap[0-9]*' -o -lname '*/vfio/*' \\) -printf '%l\\t%p\\n' 2>&1)
printf '%s\\n' "$list" | grep -v -e '^/' -e '/proc/1/fd' | sed 's/^/complaint\\t/'
printf '%s\\n' "$list" | grep '^/.*/vfio/' | sed 's/^/vfio\\t/'
printf '%s\\n' "$list" | sed -n 's,^/.*/net/tun\\t\\(/proc/[0-9]*/fd\\)\\(/[0-9]*\\)$,\\1info\\2,p' | xargs -r grep -s -H '^iff:' | sed 's/^/tun\\t/'
printf '%s\\n' "$list" | sed -n 's,^/.*/tap[0-9]*\\t\\(/proc/[0-9]*/fd/[0-9]*\\)$,\\1,p' | xargs -r stat -L --printf 'tap\\t%t:%T\\t%n\\n' 2>/dev/null
echo end`;

const DETAILS = `own=$(readlink /proc/self/ns/net)
for pid; do
  comm=$(tr -c '[:print:]' '?' < "/proc/$pid/comm" 2>/dev/null) || continue
  name=$(tr '\\0' '\\n' < "/proc/$pid/cmdline" 2>/dev/null | head -c 65536 | grep -A1 -m1 '^-name$' | tail -n 1)
  [ "$(readlink "/proc/$pid/ns/net" 2>/dev/null)" = "$own" ] && same=1 || same=0
  printf '%s\\t%s\\t%s\\t%s\\n' "$pid" "$same" "\${comm%?}" "$name"
done`;

// Beyond this many nobody reads the list; that there are holders is what counts.
const MOST_PIDS = 200;

/**
 * Looks at every process of the hypervisor for those that hold what is asked about. It is a walk over /proc (about
 * 25 ms for 500 processes, measured), so it is asked only about suspects.
 */
export async function findHolders(
  host: Channel,
  question: HolderQuestion,
  options: HostCommandOptions = {},
): Promise<HolderWalk> {
  if (question.taps.length === 0 && question.devices.length === 0) return { holders: [], complete: true };
  const walk = parseWalk(await hostCommand(host, ['sh', '-c', WALK], { timeoutMs: 20_000, ...options }));
  const wanted = new Set([...question.taps, ...question.devices]);
  const met = walk.open.filter(({ holds }) => wanted.has(holds));
  const pids = [...new Set(met.map(({ pid }) => pid))].slice(0, MOST_PIDS);
  const details =
    pids.length === 0
      ? new Map<number, Details>()
      : parseDetails(await hostCommand(host, ['sh', '-c', DETAILS, 'sh', ...pids.map(String)], options));
  const holders = met.flatMap(({ pid, holds }) => {
    const known = details.get(pid);
    // It has ended meanwhile: nothing is held by it any more.
    return known === undefined ? [] : [{ pid, holds, ...known }];
  });
  return { holders, complete: walk.complete };
}

interface Walk {
  readonly open: readonly { readonly pid: number; readonly holds: string }[];
  readonly complete: boolean;
}

/** Reads what the walk prints. */
export function parseWalk(text: string): Walk {
  const lines = text.split('\n');
  const open = lines.flatMap((line) => {
    const tun = /^tun\t\/proc\/(\d{1,10})\/fdinfo\/\d+:iff:\s*(\S{1,15})$/.exec(line);
    if (tun) return [{ pid: Number(tun[1]), holds: tun[2] ?? '' }];
    const tap = /^tap\t([0-9a-f]{1,8}):([0-9a-f]{1,8})\t\/proc\/(\d{1,10})\/fd\/\d+$/.exec(line);
    // stat prints both parts of a device number in hexadecimal.
    if (tap) return [{ pid: Number(tap[3]), holds: `${hex(tap[1])}:${hex(tap[2])}` }];
    const vfio = /^vfio\t.*\/(vfio\/[^\t/]{1,32})\t\/proc\/(\d{1,10})\/fd\/\d+$/.exec(line);
    return vfio ? [{ pid: Number(vfio[2]), holds: `/dev/${vfio[1] ?? ''}` }] : [];
  });
  // Process 1 opens nothing for guests; in a container it may have more capabilities than root there and not be seen.
  const refused = lines.some(
    (line) =>
      line === 'not root' || (/^complaint\t.*permission denied/i.test(line) && !/\/proc\/1\/fd\b/.test(line)),
  );
  return { open, complete: lines.includes('end') && !refused };
}

type Details = Omit<Holder, 'pid' | 'holds'>;

function parseDetails(text: string): ReadonlyMap<number, Details> {
  return new Map(
    text.split('\n').flatMap((line): [number, Details][] => {
      const [pid = '', same, command = '', name = ''] = line.split('\t');
      if (!/^\d{1,10}$/.test(pid)) return [];
      const named = /(?:^|,)guest=([^,]{1,255})/.exec(name)?.[1];
      const guest = named ?? (name === '' ? null : (name.split(',')[0] ?? null));
      const known = { command: command.slice(0, 64), guest, sameNamespace: same === '1' };
      return [[Number(pid), { ...known, namedByLibvirt: named !== undefined }]];
    }),
  );
}

function hex(text = ''): number {
  return Number.parseInt(text, 16);
}
