import { isNoNetwork } from 'node-libvirt';
import { HotnicError } from '../../errors/hotnic-error.js';
import { isHostBridge, readHostNetdev } from '../../hypervisor/host-netdevs.js';
import { explainLibvirt } from '../../hypervisor/libvirt-error.js';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import type { Affect } from '../shared/affect.js';

/**
 * Looks whether what the NIC is to be connected to is there.
 * @throws HotnicError `network-not-found`, `network-inactive`, `bridge-not-found`, `device-not-found`
 */
export async function checkSource(
  spec: InterfaceSpec,
  affect: Affect,
  hypervisor: Hypervisor,
  signal: AbortSignal,
): Promise<void> {
  const { type, network, bridge, dev } = spec;
  if (type === 'network' && network !== undefined) await checkNetwork(network, affect, hypervisor);
  if (
    type === 'bridge' &&
    bridge !== undefined &&
    affect.live &&
    !(await isHostBridge(hypervisor.host, bridge, signal))
  )
    throw missing(
      'bridge-not-found',
      `the host has no bridge ${JSON.stringify(bridge)}`,
      'ip -br link show type bridge lists the bridges there are',
    );
  if (
    type === 'direct' &&
    dev !== undefined &&
    affect.live &&
    !(await readHostNetdev(hypervisor.host, dev, signal))
  )
    throw missing(
      'device-not-found',
      `the host has no network device ${JSON.stringify(dev)}`,
      'ip -br link lists the devices there are',
    );
}

async function checkNetwork(name: string, affect: Affect, { act }: Hypervisor): Promise<void> {
  try {
    const network = await act.networkLookupByName(name);
    if (affect.live && !(await network.isActive()))
      throw missing(
        'network-inactive',
        `the libvirt network ${name} is not started`,
        `virsh net-start ${name}`,
      );
  } catch (error) {
    if (!isNoNetwork(error)) throw explainLibvirt(error, `look up the network ${name}`);
    const names = (await act.listAllNetworks()).map((network) => network.name).sort();
    throw missing(
      'network-not-found',
      `there is no libvirt network ${JSON.stringify(name)}`,
      names.length === 0
        ? 'virsh net-list --all: this hypervisor has none'
        : `name one of: ${names.join(', ')}`,
    );
  }
}

function missing(code: string, message: string, next: string): HotnicError {
  return new HotnicError(code, message, { state: 'nothing was changed', next });
}
