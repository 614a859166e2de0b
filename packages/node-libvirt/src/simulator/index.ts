/** A libvirt daemon in this process, for tests; see README.md. */
export { SimulatedDaemon } from './daemon.js';
export { times, type DetachBehaviour, type DetachScript } from './behaviour.js';
export { SimulatedDomain } from './domain.js';
export type { DomainSetup } from './domain-setup.js';
export type { EventFields } from './event-sink.js';
export { Failure, From } from './failure.js';
export type { Fault, FaultAction } from './fault.js';
export { SimulatedNetwork, type LeaseSetup, type NetworkSetup } from './network.js';
export { SimulatedNodeDevice, type NodeDeviceSetup } from './node-device.js';
export type { RecordedCall } from './session.js';
export type { WorldSetup } from './world.js';
