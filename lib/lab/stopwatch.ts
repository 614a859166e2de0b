import { performance } from 'node:perf_hooks';

/** Times the parts of a whole, in whole milliseconds. */
export interface Stopwatch {
  measure<T>(part: string, work: () => Promise<T>): Promise<T>;
  /** Every part that was measured, and `total` since the stopwatch was made. */
  total(): Record<string, number>;
}

/** Starts a stopwatch. */
export function stopwatch(): Stopwatch {
  const started = performance.now();
  const parts: Record<string, number> = {};
  return {
    measure: async (part, work) => {
      const from = performance.now();
      try {
        return await work();
      } finally {
        parts[part] = Math.round(performance.now() - from);
      }
    },
    total: () => ({ ...parts, total: Math.round(performance.now() - started) }),
  };
}
