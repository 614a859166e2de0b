export * from './symptom.js';
export { SYMPTOMS } from './table.js';
export { KNOWN_MESSAGES, lookUp, recogniseMessage } from './messages.js';
export * from './symptoms-for.js';
