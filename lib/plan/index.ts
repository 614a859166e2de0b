export * from './entry.js';
export * from './step.js';
export * from './run-plan.js';
