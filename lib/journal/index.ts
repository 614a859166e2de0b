export * from './entry.js';
export * from './write.js';
export * from './read.js';
