import { connectionHandlers } from './connection.js';
import { domainHandlers } from './domain.js';
import type { Handlers } from './handler.js';
import { filterBindingHandlers } from './filter-binding.js';
import { networkPortHandlers } from './network-port.js';
import { networkHandlers } from './network.js';
import { nodeDeviceHandlers } from './node-device.js';

/** A handler for each call that the simulator plays; the others answer that the driver does not support them. */
export const handlers: Handlers = {
  ...connectionHandlers,
  ...domainHandlers,
  ...networkHandlers,
  ...networkPortHandlers,
  ...filterBindingHandlers,
  ...nodeDeviceHandlers,
};
