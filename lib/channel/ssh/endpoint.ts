import type { Duplex } from 'node:stream';
import type { Channel } from '../channel.js';

/** Where a machine is reached by SSH. What is left out comes from ssh_config, then from OpenSSH's defaults. */
export interface SshEndpoint {
  /** A name of ssh_config, a DNS name or an address (IPv6 without brackets). */
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  /** Private key files; they are tried before the agent's other keys. */
  readonly identity?: readonly string[];
  /** Files in known_hosts format that are asked besides the usual ones. */
  readonly knownHosts?: readonly string[];
  /** `user@host:port`, several with commas, first hop first; `none` ignores ProxyJump of ssh_config. */
  readonly jump?: string;
  /** Read instead of ~/.ssh/config and /etc/ssh/ssh_config; `none` reads neither. */
  readonly configFile?: string;
}

/** What SSH needs to know about the person who runs it; only the command line reads the real environment. */
export interface SshEnvironment {
  /** Home folder: `~` and the default key, config and known_hosts files. */
  readonly home: string;
  /** Login name here, and the default one there. */
  readonly user: string;
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string;
}

export interface SshOptions {
  readonly environment: SshEnvironment;
  /** Milliseconds until every hop must have been connected and logged in. Default 15,000. */
  readonly connectTimeoutMs?: number;
  /** Reaches the first hop from the machine at the end of this channel, instead of from this one. */
  readonly through?: Pick<SshChannel, 'dialTcp' | 'label'>;
  /** Runs every command and file access through `sudo -n --`. */
  readonly become?: 'sudo';
  /** Sessions in use at one time; more wait their turn. Default 8: sshd's MaxSessions is 10, one ends commands. */
  readonly maxSessions?: number;
  /** Milliseconds between keepalives; three unanswered ones end the connection. Default 15,000. */
  readonly keepaliveMs?: number;
  /** Ends the attempt to connect; it has no effect once the channel is open. */
  readonly signal?: AbortSignal;
}

export interface DialOptions {
  /** Milliseconds until the far side must have answered. Default 15,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A Channel over SSH that can also open sockets on the far side. */
export interface SshChannel extends Channel {
  /** Connects to a unix socket over there (OpenSSH's direct-streamlocal). Throws `ssh-dial`, `ssh-closed`. */
  dialUnix(path: string, options?: DialOptions): Promise<Duplex>;
  /** Connects to a TCP port as seen from over there. Throws `ssh-dial`, `ssh-closed`. */
  dialTcp(host: string, port: number, options?: DialOptions): Promise<Duplex>;
  /** Aborts, with the HotnicError `ssh-closed` as its reason, when the connection ends for whatever cause. */
  readonly lost: AbortSignal;
}
