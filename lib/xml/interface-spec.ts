export { checkInterfaceSpec } from './check/spec.js';
export {
  GUEST_OFFLOADS,
  HOST_OFFLOADS,
  INTERFACE_TYPES,
  type BackendSpec,
  type BandwidthSpec,
  type DriverSpec,
  type FilterSpec,
  type InterfaceInput,
  type InterfaceSpec,
  type InterfaceType,
  type TeamingSpec,
  type VfSource,
  type VirtualportSpec,
  type VlanSpec,
} from './spec-types.js';
