/** This machine's clock in ms since the epoch, with fractions, as Line.at of lib/channel gives it. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
