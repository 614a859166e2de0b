import { isHotnicError } from '../../errors/hotnic-error.js';
import { hostCommand } from '../../hypervisor/host/index.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import { noFunction } from './refusals.js';

// Nothing of it can block: links are looked up, not followed.
const SCRIPT = `cd /sys/bus/pci/devices || exit 3
[ -e "$1" ] || exit 4
[ -L "$1/physfn" ] && echo vf || echo whole`;

/**
 * Whether what is asked for is a function that is no VF: libvirt makes an interface of a VF alone, anything else is a
 * plain `<hostdev>`.
 * @throws HotnicError `function-not-found`
 */
export async function isWholeFunction(
  { host }: Pick<Hypervisor, 'host'>,
  { type, hostdev }: InterfaceSpec,
  signal: AbortSignal,
): Promise<boolean> {
  if (type !== 'hostdev' || hostdev === undefined) return false;
  try {
    const text = await hostCommand(host, ['sh', '-c', SCRIPT, 'sh', hostdev], { signal });
    return text.trim() === 'whole';
  } catch (error) {
    if (isHotnicError(error, 'host-command') && error.message.endsWith('exit status 4'))
      throw noFunction(hostdev);
    throw error;
  }
}
