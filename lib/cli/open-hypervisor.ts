import { localChannel } from '../channel/local.js';
import { openHypervisor, type Hypervisor } from '../hypervisor/open.js';
import type { ParsedArgs } from './command.js';
import type { CliContext } from './context.js';

/** Opens the hypervisor that the command line names: --connect, $LIBVIRT_DEFAULT_URI, qemu:///system. */
export async function hypervisorFor(
  args: ParsedArgs,
  context: CliContext,
  options: { readonly readOnly?: boolean } = {},
): Promise<Hypervisor> {
  const fromEnvironment = context.env['LIBVIRT_DEFAULT_URI'];
  const uri =
    args.text('connect') ??
    (fromEnvironment === undefined || fromEnvironment === '' ? 'qemu:///system' : fromEnvironment);
  return await openHypervisor(uri, { host: localChannel(), signal: context.signal, ...options });
}
