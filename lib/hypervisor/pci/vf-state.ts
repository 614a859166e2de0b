import type { Channel } from '../../channel/channel.js';
import { HotnicError } from '../../errors/hotnic-error.js';
import { parseMac, type MacAddress } from '../../nic/mac-address.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import { hostCommand, type HostCommandOptions } from '../host/host-command.js';
import { VF_COMMAND_MS } from './vf-table.js';
import { isNetdevName } from '../host/netdev-name.js';

/** A VF by its function, its PF's and its number: none of them alone tells one VF from another for good. */
export interface VfPlace {
  readonly vf: PciAddress;
  readonly pf: PciAddress;
  readonly index: number;
}

/** How a VF stands on the host at one moment. */
export interface VfState {
  /** The PF's netdev, which holds the table of its VFs; null where the PF has none (it is handed over itself). */
  readonly pfNetdev: string | null;
  readonly driver: string | null;
  /** Those in the host's own network namespace. */
  readonly netdevs: readonly { readonly name: string; readonly mac: MacAddress | null }[];
  /** The host's boot, by the kernel's id of it: rows do not outlive it. */
  readonly boot: string;
}

// Only links and the address of a netdev: nothing that could block while somebody holds the function
// (network-function.ts, Override).
const SCRIPT = `cd /sys/bus/pci/devices || exit 3
for one in "$1"/net/*; do [ -e "$one" ] && printf 'pf\\t%s\\n' "\${one##*/}"; done
printf 'virtfn\\t%s\\n' "$(readlink "$1/virtfn$3")"
printf 'driver\\t%s\\n' "$(readlink "$2/driver")"
for one in "$2"/net/*; do [ -e "$one" ] && printf 'net\\t%s\\t%s\\n' "\${one##*/}" "$(cat "$one/address" 2>/dev/null)"; done
printf 'boot\\t%s\\n' "$(cat /proc/sys/kernel/random/boot_id)"
exit 0`;

/**
 * Reads how a VF stands.
 * @throws HotnicError `vf-not-there` where the PF has no such VF, or another function has its number
 */
export async function readVfState(
  host: Channel,
  place: VfPlace,
  options?: HostCommandOptions,
): Promise<VfState> {
  const argv = ['sh', '-c', SCRIPT, 'sh', place.pf, place.vf, String(place.index)];
  return parseVfState(await hostCommand(host, argv, { timeoutMs: VF_COMMAND_MS, ...options }), place);
}

/** Reads what the script prints: lines of "pf", "virtfn", "driver", "net" or "boot", and values, tabs between them. */
export function parseVfState(text: string, { vf, pf, index }: VfPlace): VfState {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const all = (kind: string) => lines.filter(([first]) => first === kind).map(([, ...values]) => values);
  const last = (kind: string) => {
    const [[path = ''] = []] = all(kind);
    return path.slice(path.lastIndexOf('/') + 1);
  };
  const found = parsePciAddress(last('virtfn'));
  if (found !== vf)
    throw new HotnicError('vf-not-there', `VF ${index} of ${pf} is not ${vf}`, {
      seen: found === null ? `the PF has no VF ${index}` : `it is ${found}`,
      why: 'the number of VFs was changed, or the PF was taken away from under its VFs',
      next: 'hotnic nodedev list',
    });
  const driver = last('driver');
  const [[boot = ''] = []] = all('boot');
  return {
    pfNetdev: all('pf').find(([name = '']) => isNetdevName(name))?.[0] ?? null,
    driver: driver === '' ? null : driver,
    boot: boot.slice(0, 64),
    netdevs: all('net').flatMap(([name = '', mac = '']) =>
      isNetdevName(name) ? [{ name, mac: parseMac(mac) }] : [],
    ),
  };
}
