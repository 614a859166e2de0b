import type { Nic } from '../nic/sighting.js';
import type { Verdict, VerdictKind } from './verdict.js';

const TELLING: readonly VerdictKind[] = [
  'guest-blind',
  'guest-ghost',
  'host-missing',
  'detach-pending',
  'unregister-stuck',
];

/** Whether what was judged without QEMU's own word justifies asking QEMU, which taints the domain. */
export function suspectsQemu(nics: readonly { readonly nic: Nic; readonly verdict: Verdict }[]): boolean {
  return nics.some(({ verdict }) => TELLING.includes(verdict.kind));
}
