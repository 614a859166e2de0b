import type { Nic } from '../nic/sighting.js';
import type { Verdict, VerdictKind } from './verdict.js';

const TELLING: readonly VerdictKind[] = [
  'guest-blind',
  'guest-ghost',
  'host-missing',
  'detach-pending',
  'unregister-stuck',
];

/**
 * Whether what was judged without QEMU's own word justifies asking QEMU, which taints the domain. `heldTaps`: host
 * interfaces that the domain's QEMU holds and its definition does not name.
 */
export function suspectsQemu(
  nics: readonly { readonly nic: Nic; readonly verdict: Verdict }[],
  heldTaps: readonly string[] = [],
): boolean {
  return heldTaps.length > 0 || nics.some(({ verdict }) => TELLING.includes(verdict.kind));
}
