export { lockName } from './name.js';
export { lockOwner } from './ask-owner.js';
export { takeLock, type Lock, type LockOptions } from './lock.js';
export type { LockOwner } from './owner.js';
