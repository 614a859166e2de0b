import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Step } from '../../plan/index.js';
import { listenToDevice } from '../shared/device-events.js';
import type { DetachOptions } from './detach.js';
import type { PreparedDetach } from './prepare.js';

/** Starts every stream that will carry the proof. Nothing is touched before they are known to run. */
export function listenStep(prepared: PreparedDetach, { hypervisor }: DetachOptions): Step {
  const { state, view, nic } = prepared;
  return {
    name: 'listen',
    describe: `listen for libvirt's events${state.guest ? ", the guest's udev events and kernel log" : ''}`,
    changes: false,
    async run({ signal }) {
      const [signs, watch] = await Promise.all([
        hypervisor
          .observe()
          .then((connection) => listenToDevice(connection, view.domain, nic.alias ?? ''))
          .catch((error: unknown) => {
            throw explainLibvirt(error, `listen to ${view.name}`, 'nothing was changed');
          }),
        state.guest?.watch(signal),
      ]);
      state.signs = signs;
      state.watch = watch ?? null;
      return watch ? { finalNameBy: watch.finalNameBy, kernelLog: watch.kernelLog } : { guest: 'not asked' };
    },
  };
}
