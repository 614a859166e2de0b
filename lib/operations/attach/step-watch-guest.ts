import type { Step } from '../../plan/index.js';
import type { PreparedAttach } from './prepare.js';

/** Starts the guest's streams. The NIC is attached only when they are known to run. */
export function watchGuestStep({ state }: PreparedAttach): Step {
  return {
    name: 'watch-guest',
    describe: "listen to the guest's udev events and kernel log",
    changes: false,
    async run({ signal }) {
      const watch = await state.guest?.watch(signal);
      state.watch = watch ?? null;
      return watch ? { finalNameBy: watch.finalNameBy, kernelLog: watch.kernelLog } : undefined;
    },
  };
}
