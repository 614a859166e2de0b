import { EXIT } from '../errors/hotnic-error.js';
import type { Output } from './output.js';

/**
 * Turns SIGINT, SIGTERM and SIGHUP (the terminal has gone) into an abort: the running step stops where both definitions agree. A second one ends the
 * process at once; the journal then says where it was.
 */
export function interruptSignal(out: Output): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    out.info('interrupted: stopping at a point where both definitions agree (again to leave at once)');
    controller.abort(new Error('interrupted'));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
