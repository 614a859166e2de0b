import type { PreparedDetach } from './prepare.js';

/** Why a NIC that was asked to go has not gone, by what the guest and libvirt show. */
export function whyPending(
  { view, slot, state, nic }: PreparedDetach,
  lastAnswer: string | null,
): { readonly kind: 'detach-pending' | 'unregister-stuck'; readonly why: string; readonly next: string } {
  const again = `hotnic detach ${view.name} ${nic.mac ?? nic.alias ?? ''}`;
  const stuck = state.watch?.history.findLast(
    ({ source, text }) => source === 'klog' && text.includes('unregister_netdevice: waiting for'),
  );
  if (stuck)
    return {
      kind: 'unregister-stuck',
      why: `the guest's kernel says "${stuck.text}": something in the guest holds a reference to the netdev`,
      next: `end what holds it in the guest, then ${again}`,
    };
  if (view.paused)
    return {
      kind: 'detach-pending',
      why: 'the guest is paused and cannot answer',
      next: `virsh resume ${view.name}, then ${again}`,
    };
  if (slot.kind === 'none')
    return {
      kind: 'detach-pending',
      why: 'the guest has no hot-plug driver for this slot, nobody in it hears the request',
      next: `the NIC leaves when ${view.name} is shut off; ${again} --config keeps it from coming back`,
    };
  const heard = lastAnswer === null ? '' : ` (libvirt: ${lastAnswer})`;
  return {
    kind: 'detach-pending',
    why: `the guest has not acknowledged${heard}: it is booting, hangs, or does not watch this slot`,
    next: `look at the guest (virsh console ${view.name}), then ${again}; a reset of the guest completes the removal from an ACPI slot`,
  };
}
