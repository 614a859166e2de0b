import { connectionHandlers } from './connection.js';
import { domainHandlers } from './domain.js';
import type { Handlers } from './handler.js';
import { filterBindingHandlers } from './filter-binding.js';
import { networkPortHandlers } from './network-port.js';
import { networkHandlers } from './network.js';
import { nodeDeviceHandlers } from './node-device.js';

/** A handler for every procedure of the table. */
export const handlers: Handlers = {
  ...connectionHandlers,
  ...domainHandlers,
  ...networkHandlers,
  ...networkPortHandlers,
  ...filterBindingHandlers,
  ...nodeDeviceHandlers,
};
