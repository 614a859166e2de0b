export * from './verdict.js';
export { judge } from './judge.js';
