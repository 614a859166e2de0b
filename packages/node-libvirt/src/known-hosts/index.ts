/** OpenSSH's known_hosts: read, matched and judged as `StrictHostKeyChecking yes` does. */
export { globMatch, parseHostPattern, type HostPattern } from './host-pattern.js';
export {
  parseKnownHosts,
  keyType,
  type KnownHost,
  type KnownHosts,
  type KnownHostsProblem,
} from './parse.js';
export { readKnownHosts } from './files.js';
export {
  fingerprint,
  HostKeys,
  hostName,
  type HostKeyAlgorithm,
  type HostKeyFinding,
  type HostKeyPlace,
} from './host-keys.js';
