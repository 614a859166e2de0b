import type { Channel } from '../../channel/channel.js';
import { parseMac, type MacAddress } from '../../nic/mac-address.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';
import { numberOf, parse, textOf, type Fields } from './json.js';
import { isNetdevName } from './netdev-name.js';

/** Where libvirt keeps what a VF was like before a guest got it (src/hypervisor/virhostdev.c). */
export const SAVED_VF_FOLDER = '/run/libvirt/hostdevmgr';

/**
 * A VF as it was before libvirt gave it to a guest. libvirt writes the file when it takes the VF and removes it when it has
 * put the VF back: one that stays tells of a VF that was never put back.
 */
export interface SavedVf {
  /** "eth3_vf0": a file name below SAVED_VF_FOLDER. */
  readonly file: string;
  /** The PF's netdev, by the name that it had then. */
  readonly netdev: string;
  readonly index: number;
  /** The MAC in the PF's table; null where none was set. */
  readonly adminMac: MacAddress | null;
  /** 0: no VLAN; null where the file does not say. */
  readonly vlan: number | null;
}

const FILE = /^(\S{1,15})_vf(\d{1,4})$/;

// A line a file: its name, then what is in it. The files are some hundred bytes long.
const SCRIPT = `cd "$1" 2>/dev/null || exit 0
for file in *_vf*; do
  [ -f "$file" ] && printf '%s\\t%s\\n' "$file" "$(head -c 4096 "$file" | tr '\\n\\t' '  ')"
done
exit 0`;

/** Reads what libvirt has saved of VFs that it gave away. */
export async function readSavedVfs(host: Channel, options?: HostCommandOptions): Promise<readonly SavedVf[]> {
  return parseSavedVfs(await hostCommand(host, ['sh', '-c', SCRIPT, 'sh', SAVED_VF_FOLDER], options));
}

/** Reads what the script prints. A file that libvirt would not have written is left out. */
export function parseSavedVfs(text: string): readonly SavedVf[] {
  return text.split('\n').flatMap((line) => {
    const [file = '', content = ''] = line.split('\t');
    const [, netdev = '', index = ''] = FILE.exec(file) ?? [];
    const fields = isNetdevName(netdev) ? fieldsIn(content) : null;
    if (fields === null) return [];
    return [
      {
        file,
        netdev,
        index: Number(index),
        adminMac: parseMac(textOf(fields, 'adminMac') ?? ''),
        vlan: numberOf(fields, 'vlanTag'),
      },
    ];
  });
}

function fieldsIn(content: string): Fields | null {
  try {
    const value = parse(content, 'hostdevmgr');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    // It is just being written, or is no file of libvirt's.
    return null;
  }
}
