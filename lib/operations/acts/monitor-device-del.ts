import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HotnicError, isHotnicError } from '../../errors/hotnic-error.js';
import { recogniseMessage } from '../../knowledge/index.js';
import { PendingError, type StepContext } from '../../plan/index.js';
import { slotRules } from '../detach/slot-rules.js';
import type { Act, World } from './act.js';
import { domainFields, idField, macField, slotField } from './domain-target.js';
import { DONE, qemuNow, refuseOwned, type QemuNow } from './monitor-target.js';

const input = z.object({ ...domainFields, id: idField, mac: macField.nullable(), slot: slotField });
type Input = z.infer<typeof input>;

// QEMU's own event goes to libvirt, which does not know the device; so QEMU is asked, at 2 ms a look.
const LOOK_MS = 300;

/**
 * Takes a device out of QEMU that libvirt does not know, within the rules of its slot, and waits until QEMU has it no
 * more. Its backend is left to monitor-netdev-del: the guest uses it until it has let go.
 */
export const monitorDeviceDel: Act<Input> = {
  name: 'monitor-device-del',
  input,
  describe: ({ domain, id, slot }) =>
    `ask QEMU of ${domain} to remove the device ${id} (device_del, ${slot} slot) and wait until the guest has let go`,
  async run(one, world, context) {
    const now = await qemuNow(world, one, context.signal);
    if (!now.ids.has(one.id)) return { already: 'gone' };
    refuse(now, one);
    const gone = await askUntilGone(one, now, world, context);
    if (gone) return undefined;
    throw new PendingError(
      `QEMU of ${one.domain} was asked to remove ${one.id}, and its guest has not let go`,
      `${one.id}: still in QEMU after ${world.timeoutMs / 1000} s`,
      `hotnic ghosts scan ${one.domain} --qemu`,
    );
  },
  async confirm(one, world, { signal }) {
    if (!(await qemuNow(world, one, signal)).ids.has(one.id)) return;
    throw new HotnicError('still-there', `QEMU of ${one.domain} still has ${one.id}`);
  },
};

function refuse(now: QemuNow, { id, mac, domain }: Input): void {
  refuseOwned(now, id, domain);
  const nic = now.network.nics.find(({ name }) => name === id);
  if (mac !== null && nic?.mac != null && nic.mac !== mac)
    throw new HotnicError('nic-changed', `${id} in QEMU of ${domain} is another NIC now (${nic.mac})`);
}

async function askUntilGone(
  { id, slot }: Input,
  { monitor, ...first }: QemuNow,
  world: World,
  { signal, progress, note }: StepContext,
): Promise<boolean> {
  const rules = slotRules(slot);
  const since = Date.now();
  const until = since + world.timeoutMs;
  let nextAsk = since;
  let there = first.ids.has(id);
  while (there && Date.now() < until) {
    if (Date.now() >= nextAsk) {
      const answer = await ask({ monitor }, id);
      note(answer === 'gone' ? 'gone already' : answer === 'taken' ? 'device_del sent' : answer.busy);
      const wait = typeof answer === 'object' ? rules.retryBusyMs : rules.askAgainMs;
      nextAsk = wait === null ? Infinity : Date.now() + wait;
    }
    progress.waiting(`QEMU to let ${id} go`, since, until);
    await sleep(LOOK_MS, undefined, { signal });
    there = await isThere({ monitor }, id);
  }
  return !there;
}

async function ask(
  { monitor }: Pick<QemuNow, 'monitor'>,
  id: string,
): Promise<'taken' | 'gone' | { readonly busy: string }> {
  try {
    await monitor.qmp('device_del', { id }, DONE);
    return 'taken';
  } catch (error) {
    if (!isHotnicError(error, 'monitor-refused')) throw error;
    const text = error.details.seen ?? error.message;
    if (recogniseMessage(text)?.means === 'waiting') return { busy: text };
    if (/not found/i.test(text)) return 'gone';
    throw error;
  }
}

async function isThere({ monitor }: Pick<QemuNow, 'monitor'>, id: string): Promise<boolean> {
  try {
    await monitor.qmp('qom-list', { path: `/machine/peripheral/${id}` }, DONE);
    return true;
  } catch (error) {
    if (isHotnicError(error, 'monitor-refused')) return false;
    throw error;
  }
}
