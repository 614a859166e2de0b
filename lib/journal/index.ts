export * from './entry.js';
export * from './folder.js';
export * from './owner.js';
export * from './read.js';
export * from './settle.js';
export * from './summary.js';
export * from './write.js';
