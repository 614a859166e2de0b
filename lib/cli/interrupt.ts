import { EXIT } from '../errors/hotnic-error.js';
import type { Output } from './output.js';

/**
 * Turns SIGINT and SIGTERM into an abort: the running step stops where both definitions agree. A second one ends the
 * process at once; the journal then says where it was.
 */
export function interruptSignal(out: Output): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    out.info('interrupted: stopping at a point where both definitions agree (again to leave at once)');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
