import { parseMac } from '../../nic/mac-address.js';
import type { ConfigFile } from '../probe-deep-types.js';
import type { ConfigClaims } from './claim.js';
import { readSettings, settingsOf } from './ini.js';
import { byName } from './names.js';

/** NetworkManager's keyfiles (nm-settings-keyfile(5)): Ethernet profiles that are tied to one address or one name. */
export function readKeyfile(file: ConfigFile): ConfigClaims {
  const settings = readSettings(file.lines);
  const connection = (key: string) => settingsOf(settings, 'connection', key)[0];
  const type = connection('type')?.value ?? '';
  const named = connection('interface-name');
  if (!['ethernet', '802-3-ethernet'].includes(type))
    return { claims: [], made: type === 'wifi' || !named ? [] : [named.value] };
  const address = [
    ...settingsOf(settings, 'ethernet', 'mac-address'),
    ...settingsOf(settings, '802-3-ethernet', 'mac-address'),
  ][0];
  const mac = parseMac(address?.value ?? '');
  const says = named ? byName(named.value) : null;
  if (mac === null && says === null) return { claims: [], made: [] };
  return {
    claims: [
      {
        system: 'NetworkManager',
        file: file.path,
        line: (address ?? named)?.line ?? 1,
        mac: mac ?? says?.mac ?? null,
        name: says?.name ?? null,
        gives: null,
        cut: { kind: 'file' },
      },
    ],
    made: [],
  };
}
