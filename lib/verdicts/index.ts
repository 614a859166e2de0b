export * from './verdict.js';
export { judge } from './judge.js';
export { suspectsQemu } from './suspects-qemu.js';
export { judgeLeftover } from './leftover.js';
