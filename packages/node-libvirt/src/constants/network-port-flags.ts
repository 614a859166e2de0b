/** Flags of Network.portCreateXML (virNetworkPortCreateFlags of libvirt 9.0). */
export const NetworkPortCreateFlags = {
  /** The definition names what is set aside already: its plug is taken over. */
  RECLAIM: 1,
  VALIDATE: 2,
} as const;
