import {
  checkInterfaceSpec,
  type InterfaceInput,
  type InterfaceSpec,
  type InterfaceType,
} from '../../lib/xml/interface-spec.js';

/** The least that an interface of each type can be asked for. */
export const MINIMAL: Readonly<Record<InterfaceType, InterfaceSpec>> = {
  network: checkInterfaceSpec({ type: 'network', network: 'default' }),
  bridge: checkInterfaceSpec({ type: 'bridge', bridge: 'br0' }),
  direct: checkInterfaceSpec({ type: 'direct', dev: 'eth0' }),
  ethernet: checkInterfaceSpec({ type: 'ethernet' }),
  user: checkInterfaceSpec({ type: 'user' }),
  vhostuser: checkInterfaceSpec({ type: 'vhostuser', socket: '/run/openvswitch/vhu1' }),
  vdpa: checkInterfaceSpec({ type: 'vdpa', dev: '/dev/vhost-vdpa-0' }),
  hostdev: checkInterfaceSpec({ type: 'hostdev', hostdev: '0000:81:10.1' }),
};

const COMMON = {
  mac: '52:54:00:12:34:56',
  model: 'virtio',
  alias: 'ua-net1',
  mtu: '9000',
  link: 'down',
  vlan: { trunk: 'yes', tags: [{ id: 42, nativeMode: 'untagged' }, { id: '4094' }] },
  coalesceRxFrames: 32,
  bootOrder: 3,
  filter: {
    name: 'clean-traffic',
    parameters: [
      { name: 'IP', value: '10.0.0.4' },
      { name: 'IP', value: '10.0.0.5' },
    ],
  },
  isolated: true,
  teaming: { type: 'transient', persistent: 'ua-standby' },
  trustGuestRxFilters: 'on',
  pci: '0000:02:00.0',
  romBar: false,
  acpiIndex: 7,
} as const;
const DRIVER = {
  name: 'vhost',
  queues: 4,
  rxQueueSize: 512,
  txQueueSize: '1024',
  host: { csum: false, gso: 'off', tso4: true, tso6: true, ecn: 'on', ufo: false, mrg_rxbuf: true },
  guest: { csum: true, tso4: true, tso6: true, ecn: true, ufo: true },
} as const;
const SHAPED = {
  inbound: { average: 1000, peak: 5000, burst: 1024 },
  outbound: { average: '128', peak: 256, burst: 256 },
};
const TARGET = {
  target: 'web-net1',
  driver: DRIVER,
  backend: { tap: '/dev/net/tun', vhost: '/dev/vhost-net' },
};
const OVS = { type: 'openvswitch', interfaceid: '09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f', profileid: 'web' };

const FULL_INPUT: Readonly<Record<InterfaceType, InterfaceInput>> = {
  network: {
    ...COMMON,
    ...TARGET,
    ...SHAPED,
    type: 'network',
    network: 'default',
    portgroup: 'fast',
    virtualport: OVS,
    inbound: { ...SHAPED.inbound, floor: 200 },
  },
  bridge: { ...COMMON, ...TARGET, ...SHAPED, type: 'bridge', bridge: 'br0', virtualport: OVS },
  direct: {
    ...COMMON,
    ...TARGET,
    ...SHAPED,
    type: 'direct',
    dev: 'eth0',
    mode: 'passthrough',
    virtualport: {
      type: '802.1Qbg',
      managerid: 11,
      typeid: '1193047',
      typeidversion: 2,
      instanceid: OVS.interfaceid,
    },
  },
  ethernet: { ...COMMON, ...TARGET, ...SHAPED, type: 'ethernet', targetManaged: 'no' },
  user: { ...COMMON, ...TARGET, type: 'user', backend: { type: 'passt', logFile: '/var/log/passt.log' } },
  vhostuser: {
    ...COMMON,
    ...TARGET,
    ...SHAPED,
    type: 'vhostuser',
    socket: '/run/openvswitch/vhu1',
    socketMode: 'server',
    reconnect: 10,
  },
  vdpa: { ...COMMON, ...TARGET, type: 'vdpa', dev: '/dev/vhost-vdpa-0' },
  hostdev: {
    ...COMMON,
    type: 'hostdev',
    hostdev: 'pci_0000_81_10_1',
    managed: 'yes',
    driver: { name: 'vfio' },
    virtualport: { type: '802.1Qbh', profileid: 'finance' },
  },
};

/** Everything that each type can be asked for, as a person would type it. */
export const FULL: Readonly<Record<InterfaceType, InterfaceSpec>> = {
  network: checkInterfaceSpec(FULL_INPUT.network),
  bridge: checkInterfaceSpec(FULL_INPUT.bridge),
  direct: checkInterfaceSpec(FULL_INPUT.direct),
  ethernet: checkInterfaceSpec(FULL_INPUT.ethernet),
  user: checkInterfaceSpec(FULL_INPUT.user),
  vhostuser: checkInterfaceSpec(FULL_INPUT.vhostuser),
  vdpa: checkInterfaceSpec(FULL_INPUT.vdpa),
  hostdev: checkInterfaceSpec(FULL_INPUT.hostdev),
};
