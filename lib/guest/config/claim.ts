import type { MacAddress } from '../../nic/mac-address.js';

/** The systems that configure a guest's network. */
export type ConfigSystem =
  'netplan' | 'NetworkManager' | 'ifcfg' | 'ifupdown' | 'systemd-networkd' | 'udev' | 'cloud-init';

/**
 * One place of the guest's configuration that names exactly one NIC, by MAC or by name. Patterns, drivers and lists
 * name nobody, and neither do virtual devices, so they make no claim.
 */
export interface ConfigClaim {
  readonly system: ConfigSystem;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The address by which it recognises its NIC. */
  readonly mac: MacAddress | null;
  /** The name by which it recognises its NIC. */
  readonly name: string | null;
  /** The name that it gives to the NIC. */
  readonly gives: string | null;
  readonly cut: Cut;
}

/** What has to go so that the claim is no longer made. */
export type Cut =
  | { readonly kind: 'file' }
  /** Ranges of lines, first and last included, in order and apart. */
  | { readonly kind: 'lines'; readonly ranges: readonly (readonly [number, number])[] }
  /** Only a person can take it out. */
  | { readonly kind: 'by-hand'; readonly why: string };

/** What the files of a guest say. */
export interface ConfigClaims {
  readonly claims: readonly ConfigClaim[];
  /** Names of devices that the files make themselves: bonds, bridges, VLANs, tunnels. */
  readonly made: readonly string[];
}
