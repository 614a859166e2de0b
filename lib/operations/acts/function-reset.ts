import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { resetFunction, type ResetResult } from '../../hypervisor/pci/index.js';
import type { Act } from './act.js';
import { functionNow, requireUnheld } from './function-target.js';
import { functionField } from './vf-target.js';

const input = z.object({
  function: functionField,
  /** Words of `reset_method`, tried in this order until a reset is seen; none: the kernel chooses. */
  methods: z
    .array(z.string().regex(/^[a-z_]{1,20}$/))
    .max(10)
    .default([]),
});
type Input = z.infer<typeof input>;

/**
 * Resets a function by the kernel itself and looks whether it has happened. libvirt's own call says success without a
 * reset for a function that is on vfio-pci or can do FLR. Nothing of a reset can be taken back, and nothing need be:
 * nobody uses the function, so undoing does nothing.
 */
export const functionReset: Act<Input, null> = {
  name: 'function-reset',
  input,
  describe: ({ function: address, methods }) =>
    methods.length === 0
      ? `reset ${address} as the kernel chooses`
      : `reset ${address} by ${methods.map(methodText).join('; if that shows no effect by ')}`,
  async run({ function: address, methods }, world, { signal, note }) {
    await requireUnheld(world, address, await functionNow(world, address, signal), signal);
    const tried: (ResetResult & { readonly method: string | null })[] = [];
    for (const method of methods.length === 0 ? [null] : methods) {
      const result = await resetFunction(world.hypervisor.host, address, method, {
        signal,
        timeoutMs: Math.max(world.timeoutMs, KERNEL_MS),
      });
      note(`reset by ${method ?? 'the kernel’s choice'}: ${result.outcome}`, { ...result });
      tried.push({ ...result, method });
      if (result.outcome === 'reset') return { method, proved: true, by: result.seen };
    }
    const unproved = tried.find(({ outcome }) => outcome === 'unproved');
    if (unproved) return { method: unproved.method, proved: false, why: unproved.seen };
    throw notReset(address, tried);
  },
  undo: () => Promise.resolve(),
};

// The kernel waits 60 s for a function to come back from a reset (pci_dev_wait, drivers/pci/pci.c).
const KERNEL_MS = 70_000;

/** A way to reset, in words. */
export function methodText(method: string): string {
  return METHODS[method] ?? method;
}

const METHODS: Readonly<Partial<Record<string, string>>> = {
  flr: 'function level reset (flr)',
  af_flr: 'function level reset of Advanced Features (af_flr)',
  pm: 'power management, D3hot and back (pm)',
  bus: 'secondary bus reset of the port above (bus)',
  acpi: 'the firmware (acpi)',
  device_specific: 'a reset made for this device (device_specific)',
  cxl_bus: 'CXL bus reset (cxl_bus)',
};

function notReset(
  address: string,
  tried: readonly (ResetResult & { readonly method: string | null })[],
): HotnicError {
  const said = tried.map(
    ({ method, outcome, seen }) =>
      `${method ?? 'the kernel’s choice'}: ${outcome === 'refused' ? seen : `${seen} kept what was written to it`}`,
  );
  return new HotnicError('not-reset', `${address} was not reset`, {
    seen: said.join('; '),
    why: tried.some(({ outcome }) => outcome === 'unchanged')
      ? 'the kernel said yes, and a register that every reset clears was not cleared'
      : 'the kernel refuses each way that it knows',
    state: 'the function is as it was',
    next: `cat /sys/bus/pci/devices/${address}/reset_method; the last resort is a power cycle of the host`,
  });
}
