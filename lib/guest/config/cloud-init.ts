import { parseMac } from '../../nic/mac-address.js';
import type { ConfigFile } from '../probe-deep-types.js';
import type { ConfigClaim, ConfigClaims } from './claim.js';
import { byName, isExact } from './names.js';
import { readNetplan, readYaml } from './netplan.js';
import { yaml } from './yaml.js';

const WHY = 'cloud-init would write the configuration of the NIC again from it';

/** cloud-init's network configuration, version 1 or 2, below "network:" or as the whole of a seed's file. */
export function readCloudInit(file: ConfigFile): ConfigClaims {
  const { isMap, isSeq, LineCounter } = yaml();
  const document = readYaml(file, new LineCounter());
  if (!document) return { claims: [], made: [] };
  const root = document.get('network') ?? document.contents;
  if (!isMap(root)) return { claims: [], made: [] };
  if (root.get('version') === 2) {
    const { claims, made } = readNetplan(file, 'cloud-init');
    return { claims: claims.map((claim) => ({ ...claim, cut: { kind: 'by-hand', why: WHY } })), made };
  }
  const list = root.get('config');
  if (!isSeq(list)) return { claims: [], made: [] };
  const items = list.items.filter((item) => isMap(item));
  const text = (item: (typeof items)[number], key: string) => {
    const value = item.get(key);
    return typeof value === 'string' ? value : '';
  };
  const physical = items.filter((item) => text(item, 'type') === 'physical');
  return {
    claims: physical.flatMap((item): ConfigClaim[] => {
      const name = text(item, 'name');
      const mac = parseMac(text(item, 'mac_address'));
      const says = mac === null ? byName(name) : { mac, name: null };
      if (says === null) return [];
      const gives = mac !== null && isExact(name) ? name : null;
      return [
        {
          system: 'cloud-init',
          file: file.path,
          line: 1,
          ...says,
          gives,
          cut: { kind: 'by-hand', why: WHY },
        },
      ];
    }),
    made: items.filter((item) => text(item, 'type') !== 'physical').map((item) => text(item, 'name')),
  };
}
