import type { SimulatedDaemon } from 'node-libvirt/simulator';
import { detach, type DetachOptions, type DetachReport } from '../../lib/operations/detach/detach.js';
import { MAC_A } from './domains.js';
import { MemoryRecorder, silent, type TestWorld } from './world.js';

export const NO_WORDS = { live: false, config: false, current: false, persistent: false };

/** Detaches MAC_A of web1 without asking the guest; `more` changes what is asked for. */
export async function detachFrom(
  { hypervisor }: TestWorld,
  more: Partial<DetachOptions> = {},
): Promise<DetachReport & { readonly record: MemoryRecorder }> {
  const record = new MemoryRecorder();
  const report = await detach({
    hypervisor,
    domain: 'web1',
    nic: MAC_A,
    affect: NO_WORDS,
    guest: null,
    allowManagementNic: false,
    timeoutMs: 3000,
    dryRun: false,
    recorder: () => record,
    signal: new AbortController().signal,
    progress: silent(),
    ...more,
  });
  return { ...report, record };
}

/** Whether the running and the persistent definition of web1 have MAC_A. */
export function whereIs(daemon: SimulatedDaemon, mac = MAC_A): { live: boolean; config: boolean } {
  const { liveXml, configXml } = daemon.domain('web1');
  return { live: liveXml?.includes(mac) ?? false, config: configXml?.includes(mac) ?? false };
}

/** How often the daemon was asked to let a device of a running domain go. */
export function asks(daemon: SimulatedDaemon): number {
  return daemon.calls.filter(({ procedure }) => procedure === 'domainDetachDeviceAlias').length;
}
