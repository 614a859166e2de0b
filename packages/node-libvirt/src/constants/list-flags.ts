/** Filters of listAllDomains (virConnectListAllDomainsFlags); 0 lists all. */
export const ListDomainsFlags = {
  ACTIVE: 1,
  INACTIVE: 2,
  PERSISTENT: 4,
  TRANSIENT: 8,
  RUNNING: 16,
  PAUSED: 32,
  SHUTOFF: 64,
  OTHER: 128,
} as const;

/** Filters of listAllNetworks (virConnectListAllNetworksFlags); 0 lists all. */
export const ListNetworksFlags = {
  INACTIVE: 1,
  ACTIVE: 2,
  PERSISTENT: 4,
  TRANSIENT: 8,
  AUTOSTART: 16,
  NO_AUTOSTART: 32,
} as const;

/** Which network definition getXMLDesc gives (virNetworkXMLFlags). */
export const NetworkXMLFlags = { INACTIVE: 1 } as const;

/** Filters of listAllNodeDevices (virConnectListAllNodeDeviceFlags); 0 lists all. */
export const ListNodeDevicesFlags = {
  SYSTEM: 1,
  PCI_DEV: 2,
  USB_DEV: 4,
  USB_INTERFACE: 8,
  NET: 16,
  SCSI_HOST: 32,
  SCSI_TARGET: 64,
  SCSI: 128,
  STORAGE: 256,
  VDPA: 131_072,
} as const;
