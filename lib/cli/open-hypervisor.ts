import { localChannel } from '../channel/local.js';
import { explainConnect } from '../hypervisor/libvirt-error.js';
import { openHypervisor, type Hypervisor } from '../hypervisor/open.js';
import type { ParsedArgs } from './command.js';
import type { CliContext } from './context.js';

interface Options {
  readonly readOnly?: boolean;
}

/** Opens the hypervisor that the command line names: --connect, $LIBVIRT_DEFAULT_URI, qemu:///system. */
export async function hypervisorFor(
  args: ParsedArgs,
  context: CliContext,
  options: Options = {},
): Promise<Hypervisor> {
  const fromEnvironment = context.env['LIBVIRT_DEFAULT_URI'];
  const uri =
    args.text('connect') ??
    (fromEnvironment === undefined || fromEnvironment === '' ? 'qemu:///system' : fromEnvironment);
  return await hypervisorAt(uri, context, options);
}

/** Opens a hypervisor: this machine, or with `qemu+ssh://` another one, over one SSH connection for all that is asked. */
export async function hypervisorAt(
  uri: string,
  context: CliContext,
  options: Options = {},
): Promise<Hypervisor> {
  const { signal } = context;
  // Most URIs name this machine: what SSH needs is loaded for the others alone.
  if (!/^[a-z0-9]+\+(?:lib)?ssh2?:/.test(uri))
    return await openHypervisor(uri, { host: localChannel(), signal, ...options });
  const [{ sshChannel }, { sshEndpointOf }, { sshEnvironment }] = await Promise.all([
    import('../channel/index.js'),
    import('../hypervisor/remote.js'),
    import('./ssh-environment.js'),
  ]);
  const endpoint = endpointOf(uri, sshEndpointOf);
  const remote = await sshChannel(endpoint, { environment: sshEnvironment(context), signal });
  return await openHypervisor(uri, { host: remote, remote, signal, ...options });
}

function endpointOf<T>(uri: string, read: (uri: string) => T | null): T {
  try {
    const endpoint = read(uri);
    if (endpoint !== null) return endpoint;
  } catch (error) {
    throw explainConnect(error, uri);
  }
  throw new TypeError(`${uri} was taken for one of SSH`);
}
