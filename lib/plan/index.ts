export * from './step.js';
export * from './run-plan.js';
