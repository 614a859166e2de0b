/** One machine on the way, with everything that ssh_config and the defaults say about it. */
export interface Hop {
  /** Name or address that is dialled. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key files, most wanted first. */
  readonly identities: readonly Identity[];
  /** Only keys of `identities` are offered, from files or from the agent. */
  readonly identitiesOnly: boolean;
  /** The agent's socket. */
  readonly agentSocket?: string;
  /** known_hosts files, the user's own first. */
  readonly knownHosts: readonly string[];
  /** Name to look up in known_hosts in place of host and port. */
  readonly hostKeyAlias?: string;
  /** The hops before this one as `ssh -J` takes them. */
  readonly jump?: string;
}

export interface Identity {
  readonly file: string;
  /** Asked for by name, not one of the default files: it is missed when it is not there. */
  readonly explicit: boolean;
}

/** "root@10.0.0.5:22". */
export function hopLabel(hop: Pick<Hop, 'user' | 'host' | 'port'>): string {
  return `${hop.user}@${hop.host.includes(':') ? `[${hop.host}]` : hop.host}:${hop.port}`;
}
