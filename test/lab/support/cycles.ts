import assert from 'node:assert/strict';
import type { InterfaceInput } from '../../../lib/xml/interface-spec.js';
import { libvirt, sharedGuest } from './lab.js';
import { attachNic, detachNic, hypervisor } from './operations.js';
import { everything, type Everything } from './state.js';

/** The kinds of network that every machine is tried with. */
export const SOURCES: readonly (InterfaceInput & { readonly type: string })[] = [
  { type: 'network', network: 'default', model: 'virtio' },
  { type: 'bridge', bridge: 'br0', model: 'virtio' },
  { type: 'user', model: 'virtio' },
];

export interface CycleTimes {
  readonly attachMs: readonly number[];
  readonly detachMs: readonly number[];
}

/** Attaches and detaches `count` times, each proved at both ends; afterwards everything is as it was before. */
export async function cycle(domain: string, source: InterfaceInput, count: number): Promise<CycleTimes> {
  await using connection = await libvirt();
  await using at = await hypervisor();
  await using guest = await sharedGuest(domain);
  const before = await everything(connection, domain);
  const times = { attachMs: [] as number[], detachMs: [] as number[] };
  for (let round = 0; round < count; round++) {
    const began = Date.now();
    const attached = await attachNic(at, domain, source, { guest: guest.access });
    assert.equal(
      attached.outcome,
      'done',
      `${domain} round ${round}: ${attached.summary} ${attached.details.join(' ')}`,
    );
    assert.deepEqual(
      { ...provedPart(attached.proof) },
      { live: 'there', config: 'there', guest: 'there', driver: 'virtio_net' },
    );
    const halfway = Date.now();
    const detached = await detachNic(at, domain, attached.mac, { guest: guest.access });
    assert.equal(
      detached.outcome,
      'done',
      `${domain} round ${round}: ${detached.summary} ${detached.details.join(' ')}`,
    );
    assert.deepEqual(
      { live: detached.proof.live, config: detached.proof.config, guest: detached.proof.guest },
      { live: 'gone', config: 'gone', guest: 'gone' },
    );
    times.attachMs.push(halfway - began);
    times.detachMs.push(Date.now() - halfway);
  }
  assert.deepEqual(withoutTaps(await everything(connection, domain)), withoutTaps(before));
  return times;
}

function provedPart({
  live,
  config,
  guest,
  driver,
}: {
  live: unknown;
  config: unknown;
  guest: unknown;
  driver: unknown;
}) {
  return { live, config, guest, driver };
}

/** The three machines run at the same time, so the host's taps are compared when all have ended. */
function withoutTaps({ live, config, guest }: Everything): Omit<Everything, 'host'> {
  return { live, config, guest };
}
