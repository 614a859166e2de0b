/** The hypervisor lab: one outer machine with an IOMMU and functions to hand out, in which hotnic and libvirt run. */
export { outerMachine } from './outer-machine.js';
export type { OuterMachine } from './outer-machine.js';
export { MACHINE_FUNCTIONS, MACHINE_VFS, MANAGEMENT_FUNCTION, plugFunction } from './functions.js';
export type { MachineFunction } from './functions.js';
export { MACHINE_NAME } from './machine.js';
export { INNER_GUEST, innerGuestXml } from './inner-guest.js';
export { startLinuxGuest } from './linux-guest.js';
export type { LinuxGuest } from './linux-guest.js';
export type { Qmp } from './qmp.js';
