import type { ConfigFile, GuestConfigFiles } from '../probe-deep-types.js';
import type { ConfigClaims } from './claim.js';
import { readCloudInit } from './cloud-init.js';
import { readIfcfg } from './ifcfg.js';
import { readIfupdown } from './ifupdown.js';
import { readNetplan } from './netplan.js';
import { readKeyfile } from './network-manager.js';
import { readNetworkd } from './networkd.js';
import { readUdevRules } from './udev-rules.js';

/** What the guest's network configuration says of single NICs. A file that makes no sense says nothing. */
export function readClaims({ files }: GuestConfigFiles): ConfigClaims {
  const all = files.map((file) => PARSERS.find(([path]) => path.test(file.path))?.[1](file));
  const made = new Set(all.flatMap((one) => one?.made ?? []));
  return {
    claims: all
      .flatMap((one) => one?.claims ?? [])
      .filter(({ name, gives }) => !made.has(name ?? '') && !made.has(gives ?? '')),
    made: [...made],
  };
}

const PARSERS: readonly (readonly [RegExp, (file: ConfigFile) => ConfigClaims])[] = [
  // What editors and package managers leave beside a file is not read by any of these systems.
  [/(?:~|\.(?:bak|orig|old|save|dpkg-\w+|rpm\w+|swp))$|\/\.[^/]*$/, () => ({ claims: [], made: [] })],
  [/^\/etc\/network\//, readIfupdown],
  [/^\/etc\/netplan\//, (file) => readNetplan(file)],
  [/^\/etc\/NetworkManager\//, readKeyfile],
  [/^\/etc\/sysconfig\//, readIfcfg],
  [/^\/etc\/systemd\/network\//, readNetworkd],
  [/^\/etc\/udev\/rules\.d\//, readUdevRules],
  [/\/cloud\//, readCloudInit],
];
