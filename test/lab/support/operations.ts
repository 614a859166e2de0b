import { localChannel } from '../../../lib/channel/index.js';
import { openHypervisor, type Hypervisor } from '../../../lib/hypervisor/open.js';
import { attach, type AttachOptions, type AttachReport } from '../../../lib/operations/attach/attach.js';
import { detach, type DetachOptions, type DetachReport } from '../../../lib/operations/detach/detach.js';
import { checkInterfaceSpec, type InterfaceInput } from '../../../lib/xml/interface-spec.js';
import { guestAccess } from './lab.js';

const AFFECT = { live: false, config: false, current: false, persistent: false };
const SILENT = { info() {}, waiting() {}, step() {} };
const recorder = () => ({ runId: 'test', record() {} });

/** A connection of its own to the lab's hypervisor. */
export async function hypervisor(): Promise<Hypervisor> {
  return await openHypervisor('qemu:///system', { host: localChannel() });
}

/** Attaches as the command does, without the command's start-up. */
export async function attachNic(
  at: Hypervisor,
  domain: string,
  input: InterfaceInput,
  more: Partial<AttachOptions> = {},
): Promise<AttachReport> {
  return await attach({
    hypervisor: at,
    domain,
    spec: checkInterfaceSpec(input),
    affect: AFFECT,
    guest: guestAccess(domain),
    waitIp: false,
    keep: false,
    force: false,
    settleMs: null,
    timeoutMs: 60_000,
    dryRun: false,
    recorder,
    signal: new AbortController().signal,
    progress: SILENT,
    ...more,
  });
}

/** Detaches as the command does, without the command's start-up. */
export async function detachNic(
  at: Hypervisor,
  domain: string,
  nic: string,
  more: Partial<DetachOptions> = {},
): Promise<DetachReport> {
  return await detach({
    hypervisor: at,
    domain,
    nic,
    affect: AFFECT,
    guest: guestAccess(domain),
    allowManagementNic: false,
    timeoutMs: 60_000,
    dryRun: false,
    recorder,
    signal: new AbortController().signal,
    progress: SILENT,
    ...more,
  });
}
