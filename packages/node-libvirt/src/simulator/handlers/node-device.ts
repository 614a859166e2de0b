import { ListNodeDevicesFlags } from '../../generated/constants/host.js';
import type { Handlers } from './handler.js';

// The filters that the simulator knows, by capability.
const FILTERS: readonly (readonly [number, string])[] = [
  [ListNodeDevicesFlags.CAP_SYSTEM, 'system'],
  [ListNodeDevicesFlags.CAP_PCI_DEV, 'pci'],
  [ListNodeDevicesFlags.CAP_NET, 'net'],
  [ListNodeDevicesFlags.CAP_VDPA, 'vdpa'],
];

/** Devices of the host: looking them up, and taking them from and giving them back to their drivers. */
export const nodeDeviceHandlers = {
  connectListAllNodeDevices: ({ flags }, { world }) => {
    const wanted = FILTERS.filter(([flag]) => (flags & flag) !== 0).map(([, cap]) => cap);
    const devices = [...world.nodeDevices.values()]
      .filter(({ caps }) => flags === 0 || caps.some((cap) => wanted.includes(cap)))
      .map(({ name }) => ({ name }));
    return { devices, ret: devices.length };
  },
  nodeDeviceLookupByName: ({ name }, { world }) => ({ dev: { name: world.nodeDevice(name).name } }),
  nodeDeviceGetXmlDesc: ({ name }, { world }) => ({ xml: world.nodeDevice(name).xml }),
  nodeDeviceGetParent: ({ name }, { world }) => ({ parentName: world.nodeDevice(name).parent }),
  nodeDeviceNumOfCaps: ({ name }, { world }) => ({ num: world.nodeDevice(name).caps.length }),
  nodeDeviceListCaps: ({ name, maxnames }, { world }) => ({
    names: world.nodeDevice(name).caps.slice(0, maxnames),
  }),
  nodeDeviceDetachFlags: ({ name, driverName }, { world }) => {
    world.nodeDevice(name).driver = driverName ?? 'vfio';
    return {};
  },
  nodeDeviceReset: ({ name }, { world }) => {
    world.nodeDevice(name).resets += 1;
    return {};
  },
  nodeDeviceReAttach: ({ name }, { world }) => {
    world.nodeDevice(name).driver = null;
    return {};
  },
} satisfies Handlers;
