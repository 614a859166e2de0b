import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { monitorOf, type Monitor } from '../../hypervisor/monitor.js';
import { readInfoNetwork, type QemuNetwork } from '../../hypervisor/monitor-network.js';
import { QOM_LIST } from '../../planes/qemu-plane.js';
import { commandLineIds } from '../../xml/qemu-ids.js';
import { attribute, childElements, find } from '../../xml/tree.js';
import type { World } from './act.js';
import { readHalf, targetDomain } from './domain-target.js';

/** The answer of commands that only succeed. */
export const DONE = z.unknown();

/** QEMU as an act finds it, beside what libvirt says of it. */
export interface QemuNow {
  readonly monitor: Monitor;
  /** Ids of plugged devices. */
  readonly ids: ReadonlySet<string>;
  readonly network: QemuNetwork;
  /** Ids that libvirt or the operator's `qemu:commandline` answer for: never touched. */
  readonly owned: ReadonlySet<string>;
}

// One command waits for the domain's job, behind two detaches for 7 s (measured).
const COMMAND_MS = 15_000;

/** Reads devices and backends, and what of them is somebody's. */
export async function qemuNow(
  world: World,
  target: { readonly domain: string; readonly uuid: string },
  signal: AbortSignal,
): Promise<QemuNow> {
  const domain = await targetDomain(world, target, true);
  const monitor = monitorOf(domain, { signal, timeoutMs: Math.max(world.timeoutMs, COMMAND_MS) });
  const [peripherals, text] = await Promise.all([
    monitor.qmp('qom-list', { path: '/machine/peripheral' }, QOM_LIST),
    monitor.human('info network'),
  ]);
  const live = await readHalf(domain, 'live');
  const devices = find(live.element, 'devices');
  const aliases = (devices ? childElements(devices) : []).flatMap(
    (device) => attribute(find(device, 'alias'), 'name') ?? [],
  );
  return {
    monitor,
    ids: new Set(peripherals.filter(({ type }) => type.startsWith('child<')).map(({ name }) => name)),
    network: readInfoNetwork(text),
    owned: new Set([
      ...aliases,
      ...aliases.map((alias) => `host${alias}`),
      ...commandLineIds(live.qemuArguments).ids,
    ]),
  };
}

/** @throws HotnicError `qemu-owned` for what libvirt or the operator answers for */
export function refuseOwned({ owned }: QemuNow, id: string, domain: string): void {
  if (!owned.has(id)) return;
  throw new HotnicError(
    'qemu-owned',
    `the definition of ${domain} names ${id} now: it is no orphan any more`,
    {
      state: 'nothing was changed',
    },
  );
}
