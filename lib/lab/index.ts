/** The lab: a private libvirtd with real guests, in namespaces that vanish with it. */
export { DEFAULT_GUESTS, LAB_MACHINES } from './types.js';
export type { LabGuestSpec, LabGuestStatus, LabMachine, LabStatus } from './types.js';
export { labUp } from './up.js';
export type { LabUpOptions } from './up.js';
export { labDown } from './down.js';
export type { LabDownOptions } from './down.js';
export { labStatus } from './status.js';
export type { StatusOptions } from './status.js';
export { labAddGuest, labRemoveGuest } from './guests.js';
export type { AddGuestOptions } from './guests.js';
export { labExecArgv } from './exec.js';
export { labSshArgv } from './ssh.js';
export { installLabPackages, labRequirements, requireLabParts } from './requirements.js';
export type { LabRequirements, MissingPart } from './requirements.js';
