export { isBridge, isVfioDriver } from './parse-functions.js';
export { readNetworkFunctions, vfioGroupOf, type ReadFunctionsOptions } from './read-functions.js';
export type {
  FunctionNetdev,
  HostFunctions,
  IommuGroup,
  NetworkFunction,
  Override,
  PciFunction,
} from './network-function.js';
export {
  isLinkState,
  parseVfRow,
  vfDifferences,
  vfRowText,
  type VfDifference,
  type VfLinkState,
  type VfRow,
  type VfSettings,
} from './vf-row.js';
export { parseVfState, readVfState, type VfPlace, type VfState } from './vf-state.js';
export { readVfRow, readVfTable, setVfRow, VF_COMMAND_MS, type VfTable } from './vf-table.js';
export { readVfAddresses, vfAddress } from './vf-addresses.js';
export { readFunctionState, type FunctionState } from './function-state.js';
export { readNetdevSettings, type NetdevSettings, type SavedRoute } from './netdev-settings.js';
export { restoreNetdev, settingsDifferences } from './restore-netdev.js';
export { resetFunction, type ResetResult } from './reset-function.js';
export { readHostTraffic, standingOn, type HostTraffic } from './carried.js';
