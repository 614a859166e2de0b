import { parseMac } from '../../nic/mac-address.js';
import type { ConfigFile } from '../probe-deep-types.js';
import type { ConfigClaims } from './claim.js';
import { readSettings, settingsOf } from './ini.js';
import { byName, isExact } from './names.js';

const NOTHING: ConfigClaims = { claims: [], made: [] };

/** systemd.network(5), systemd.link(5) and systemd.netdev(5): what the [Match] section names exactly. */
export function readNetworkd(file: ConfigFile): ConfigClaims {
  const settings = readSettings(file.lines);
  if (file.path.endsWith('.netdev'))
    return { claims: [], made: settingsOf(settings, 'netdev', 'name').map(({ value }) => value) };
  const match = (...keys: string[]) => settingsOf(settings, 'match', ...keys);
  if (match('kind').length > 0 || match('type').some(({ value }) => value !== 'ether')) return NOTHING;
  const macs = match('macaddress', 'permanentmacaddress');
  const names = file.path.endsWith('.network') ? match('name') : [];
  const [first] = [...macs, ...names];
  // A list is for whichever of them is there.
  if (!first || macs.length > 1 || names.length > 1) return NOTHING;
  const mac = parseMac(macs[0]?.value ?? '');
  const named = mac === null && macs.length === 0 ? byName(names[0]?.value ?? '') : null;
  if (mac === null && named === null) return NOTHING;
  const gives = settingsOf(settings, 'link', 'name')[0]?.value ?? '';
  return {
    claims: [
      {
        system: 'systemd-networkd',
        file: file.path,
        line: first.line,
        mac: mac ?? named?.mac ?? null,
        name: named?.name ?? null,
        gives: isExact(gives) ? gives : null,
        cut: { kind: 'file' },
      },
    ],
    made: [],
  };
}
