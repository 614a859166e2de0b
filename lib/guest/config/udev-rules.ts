import { parseMac } from '../../nic/mac-address.js';
import type { ConfigFile } from '../probe-deep-types.js';
import type { ConfigClaims } from './claim.js';
import { isExact } from './names.js';

/** Rules that give a name to the netdev of one address (70-persistent-net.rules and those written like it). */
export function readUdevRules(file: ConfigFile): ConfigClaims {
  const claims = file.lines.flatMap(({ number, text }) => {
    if (/^\s*#/.test(text)) return [];
    const mac = parseMac(/\bATTRS?\{address\}\s*==\s*"([^"]*)"/.exec(text)?.[1] ?? '');
    const gives = /(?:^|[\s,])NAME\s*:?=\s*"([^"]*)"/.exec(text)?.[1] ?? '';
    if (mac === null || !isExact(gives)) return [];
    return {
      system: 'udev' as const,
      file: file.path,
      line: number,
      mac,
      name: null,
      gives,
      cut: text.trimEnd().endsWith('\\')
        ? { kind: 'by-hand' as const, why: 'the rule goes on in the next line' }
        : { kind: 'lines' as const, ranges: [[number, number] as const] },
    };
  });
  return { claims, made: [] };
}
