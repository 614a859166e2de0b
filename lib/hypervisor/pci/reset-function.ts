import type { Channel } from '../../channel/channel.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';
import { chooseMark, type ResetMark } from './reset-mark.js';

/** How one way of resetting a function went. */
export interface ResetResult {
  /** `reset`: a register that only a reset clears was cleared. `unproved`: there is none. `unchanged`: it was not. */
  readonly outcome: 'reset' | 'unproved' | 'unchanged' | 'refused';
  /** The register that tells, or the kernel's words where it refused. */
  readonly seen: string;
}

const READ_CONFIG = `head -c 256 "/sys/bus/pci/devices/$1/config" | od -An -v -tx1`;

// dd says why the kernel refuses, the shell's own words do not. The methods are put back as they were also after a
// refusal; a mark that is still there is taken away.
const RESET = `cd "/sys/bus/pci/devices/$1" || exit 3
method=$2 offset=$3 mark=$4
byte() { od -An -v -tu1 -j "$offset" -N 1 config | tr -d ' '; }
put() { printf "\\\\$(printf %03o "$1")" | dd of=config bs=1 seek="$offset" count=1 conv=notrunc 2>/dev/null; }
old=$(cat reset_method 2>/dev/null)
if [ -n "$method" ]; then
  said=$(printf '%s' "$method" | dd of=reset_method bs=64 conv=notrunc 2>&1) || { printf 'refused\\t%s\\n' "$said" | head -n 1; exit 0; }
fi
if [ -n "$offset" ]; then
  before=$(byte)
  put "$mark"
  printf 'marked\\t%s\\n' "$(byte)"
fi
said=$(printf 1 | dd of=reset bs=1 conv=notrunc 2>&1) || printf 'refused\\t%s\\n' "$said" | head -n 1
if [ -n "$offset" ]; then
  printf 'after\\t%s\\n' "$(byte)"
  [ "$(byte)" = "$mark" ] && put "$before"
fi
[ -n "$method" ] && printf '%s' "$old" | dd of=reset_method bs=64 conv=notrunc 2>/dev/null
exit 0`;

/**
 * Resets a function by a write to its sysfs `reset`, in a child process with a deadline, and looks whether a reset has
 * happened. Whoever calls knows that nobody uses it.
 * @param method one word of `reset_method`; null: the kernel chooses
 * @throws HotnicError `command-timeout` where the kernel does not come back, `host-command`
 */
export async function resetFunction(
  host: Channel,
  address: PciAddress,
  method: string | null,
  options: HostCommandOptions = {},
): Promise<ResetResult> {
  const mark = chooseMark(
    parseConfig(await hostCommand(host, ['sh', '-c', READ_CONFIG, 'sh', address], options)),
  );
  const where = mark === null ? ['', ''] : [String(mark.offset), String(mark.value)];
  const text = await hostCommand(host, ['sh', '-c', RESET, 'sh', address, method ?? '', ...where], options);
  return judgeReset(text, mark);
}

/**
 * Reads what the script printed. A register that was cleared says more than the kernel: it answers a bus reset with "not
 * supported" where the link takes longer than it waits, and the reset has happened all the same (measured). Pure.
 */
export function judgeReset(text: string, mark: ResetMark | null): ResetResult {
  const said = (kind: string) =>
    text
      .split('\n')
      .map((line) => line.split('\t'))
      .find(([first]) => first === kind)?.[1];
  const refused = said('refused')?.replace(/^dd: /, '').slice(0, 300);
  const tells = mark !== null && Number(said('marked')) === mark.value;
  if (tells && Number(said('after')) === mark.cleared)
    return {
      outcome: 'reset',
      seen: mark.register + (refused === undefined ? '' : `, though the kernel says: ${refused}`),
    };
  if (refused !== undefined) return { outcome: 'refused', seen: refused };
  // A register that does not take the mark tells nothing.
  return tells
    ? { outcome: 'unchanged', seen: mark.register }
    : { outcome: 'unproved', seen: 'it has no register that would tell' };
}

/**
 * Reads what od printed.
 * @throws HotnicError `function-silent` where the function answers nothing but ones
 */
export function parseConfig(text: string): Uint8Array {
  const bytes = text
    .split(/\s+/)
    .flatMap((word) => (/^[0-9a-f]{2}$/.test(word) ? [Number.parseInt(word, 16)] : []));
  // Not the first four: the ids of a VF read ffff in its own configuration space (SR-IOV, "VF Vendor ID").
  if (bytes.length >= 8 && bytes.slice(0, 8).every((one) => one === 0xff))
    throw new HotnicError(
      'function-silent',
      'the function does not answer: its configuration space reads 0xff',
      {
        why: 'it hangs in a reset, is powered off, or has left the bus',
        next: 'remove it in sysfs and rescan the bus; the last resort is a power cycle of the host',
      },
    );
  return Uint8Array.from(bytes);
}
