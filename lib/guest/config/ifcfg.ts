import { parseMac } from '../../nic/mac-address.js';
import type { ConfigFile } from '../probe-deep-types.js';
import type { ConfigClaims } from './claim.js';
import { readSettings } from './ini.js';
import { byName } from './names.js';

/**
 * ifcfg files of Red Hat's and SUSE's network scripts. HWADDR is what the NIC is recognised by; MACADDR only what it
 * is set to. Without DEVICE the name is the file's.
 */
export function readIfcfg(file: ConfigFile): ConfigClaims {
  const settings = readSettings(file.lines);
  const value = (key: string) =>
    settings.find((one) => one.key === key)?.value.replace(/^(["'])(.*)\1$/, '$2') ?? null;
  const device = value('device') ?? file.path.replace(/^.*\/ifcfg-/, '');
  const type = value('type')?.toLowerCase() ?? 'ethernet';
  const virtual = ['vlan', 'bonding_master', 'bonding_opts', 'etherdevice', 'bridge_ports', 'devicetype'];
  if (type !== 'ethernet' || virtual.some((key) => value(key) !== null && value(key) !== 'no'))
    return { claims: [], made: [device] };
  const mac = parseMac(value('hwaddr') ?? '');
  const says = byName(device);
  if (mac === null && says === null) return { claims: [], made: [] };
  return {
    claims: [
      {
        system: 'ifcfg',
        file: file.path,
        line: settings.find(({ key }) => key === (mac === null ? 'device' : 'hwaddr'))?.line ?? 1,
        mac: mac ?? says?.mac ?? null,
        name: mac === null ? (says?.name ?? null) : null,
        gives: mac === null ? null : device,
        cut: { kind: 'file' },
      },
    ],
    made: [],
  };
}
