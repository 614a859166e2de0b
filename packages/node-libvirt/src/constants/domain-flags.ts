/** Which definition getXMLDesc gives, and how (virDomainXMLFlags). Without INACTIVE a running domain gives the live one. */
export const DomainXMLFlags = {
  /** Passwords too. Needs a connection that may write. */
  SECURE: 1,
  /** The persistent definition of a running domain. */
  INACTIVE: 2,
  UPDATE_CPU: 4,
  MIGRATABLE: 8,
} as const;

/** What a change applies to (virDomainModificationImpact). */
export const AffectFlags = {
  /** The running guest if it runs, else its persistent definition. */
  CURRENT: 0,
  LIVE: 1,
  CONFIG: 2,
} as const;

/** Flags of attach, detach and update (virDomainDeviceModifyFlags). */
export const DomainDeviceModifyFlags = {
  ...AffectFlags,
  /** Change the device even where the guest holds it (a locked tray). */
  FORCE: 4,
} as const;

/** Flags of domainDefineXML (virDomainDefineFlags). */
export const DomainDefineFlags = { VALIDATE: 1 } as const;

/** Flags of create and domainCreateXML (virDomainCreateFlags). */
export const DomainCreateFlags = {
  NONE: 0,
  PAUSED: 1,
  /** The guest is killed when this connection ends. */
  AUTODESTROY: 2,
  BYPASS_CACHE: 4,
  FORCE_BOOT: 8,
  VALIDATE: 16,
  RESET_NVRAM: 32,
} as const;

/** Flags of undefineFlags (virDomainUndefineFlagsValues). */
export const DomainUndefineFlags = {
  MANAGED_SAVE: 1,
  SNAPSHOTS_METADATA: 2,
  NVRAM: 4,
  KEEP_NVRAM: 8,
  CHECKPOINTS_METADATA: 16,
  TPM: 32,
  KEEP_TPM: 64,
} as const;

/** Flags of shutdown and reboot: how the guest is asked (virDomainShutdownFlagValues). */
export const DomainShutdownFlags = {
  DEFAULT: 0,
  ACPI_POWER_BTN: 1,
  GUEST_AGENT: 2,
  INITCTL: 4,
  SIGNAL: 8,
  PARAVIRT: 16,
} as const;

/** Which metadata is meant (virDomainMetadataType). */
export const DomainMetadataType = { DESCRIPTION: 0, TITLE: 1, ELEMENT: 2 } as const;

/** Where interfaceAddresses looks (virDomainInterfaceAddressesSource). ARP fails on libvirt 9.0 with recent kernels. */
export const InterfaceAddressesSource = { LEASE: 0, AGENT: 1, ARP: 2 } as const;

/** Kind of an address in leases and interface addresses (virIPAddrType). */
export const IPAddrType = { IPV4: 0, IPV6: 1 } as const;
