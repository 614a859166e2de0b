import assert from 'node:assert/strict';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { attach, type AttachOptions, type AttachReport } from '../../lib/operations/attach/attach.js';
import { checkInterfaceSpec, type InterfaceInput } from '../../lib/xml/interface-spec.js';
import { NO_WORDS } from './detaching.js';
import { MemoryRecorder, silent, type TestWorld } from './world.js';

/** Attaches a NIC of user networking to web1 without asking the guest; `more` changes what is asked for. */
export async function attachTo(
  { hypervisor }: TestWorld,
  input: Partial<InterfaceInput> = {},
  more: Partial<AttachOptions> = {},
): Promise<AttachReport & { readonly record: MemoryRecorder }> {
  const record = new MemoryRecorder();
  const report = await attach({
    hypervisor,
    domain: 'web1',
    spec: checkInterfaceSpec({ type: 'user', model: 'virtio', ...input }),
    affect: NO_WORDS,
    guest: null,
    waitIp: false,
    keep: false,
    force: false,
    settleMs: 0,
    timeoutMs: 2000,
    dryRun: false,
    recorder: () => record,
    signal: new AbortController().signal,
    progress: silent(),
    ...more,
  });
  return { ...report, record };
}

/** Both definitions of web1. */
export function definitionsOf({ daemon }: TestWorld): {
  readonly liveXml: string | null;
  readonly configXml: string | null;
} {
  const { liveXml, configXml } = daemon.domain('web1');
  return { liveXml, configXml };
}

/** The attempt fails with that code, says that next step, and changes nothing. */
export async function refused(
  world: TestWorld,
  attempt: Promise<unknown>,
  code: string,
  next: RegExp,
): Promise<void> {
  const before = definitionsOf(world);
  await assert.rejects(attempt, (error) => {
    assert.ok(isHotnicError(error, code), String(error));
    assert.match(error.details.next ?? '', next);
    return true;
  });
  assert.deepEqual(definitionsOf(world), before);
}
