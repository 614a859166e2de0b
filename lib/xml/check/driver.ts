import { GUEST_OFFLOADS, HOST_OFFLOADS, type DriverSpec, type InterfaceInput } from '../spec-types.js';
import { defined, shown, type Say } from './report.js';
import { onOff, oneOf, whole } from './values.js';

/** Queues, rings and offloads. libvirt keeps them for virtio models only and drops them elsewhere without a word. */
export function checkDriver({ driver, model, type }: InterfaceInput, say: Say): DriverSpec | undefined {
  if (!driver) return undefined;
  const code = 'driver-invalid';
  const given = Object.keys(defined(driver) ?? {}).filter((key) => key !== 'name' || driver.name !== 'vfio');
  if (given.length > 0 && model !== undefined && !model.startsWith('virtio'))
    say(
      code,
      `a NIC of model ${shown(model)} has no ${given.join(', ')}: those are virtio’s`,
      'choose the model virtio',
    );
  if (type === 'hostdev' && given.length > 0)
    say(code, `a passed-through VF has no ${given.join(', ')}: the guest drives it itself`, 'leave them out');
  // The kernel's limit for one tap (MAX_TAP_QUEUES); QEMU takes rings of 256 to 1024 (virtio-net-pci properties).
  const queues = { code: 'queues-invalid', what: 'the number of queues', min: 1, max: 256, example: 4 };
  return defined({
    name: oneOf(driver.name, ['vhost', 'qemu', 'vfio'], { code, what: 'the driver' }, say),
    queues: whole(driver.queues, queues, say),
    rxQueueSize: ringSize(driver.rxQueueSize, 'the receive ring', say),
    txQueueSize: ringSize(driver.txQueueSize, 'the transmit ring', say),
    host: switches(driver.host, HOST_OFFLOADS, 'host', say),
    guest: switches(driver.guest, GUEST_OFFLOADS, 'guest', say),
  });
}

function ringSize(value: number | string | undefined, what: string, say: Say): number | undefined {
  if (value === undefined) return undefined;
  if (/^(256|512|1024)$/.test(String(value))) return Number(value);
  say('queues-invalid', `${what} cannot hold ${shown(value)} packets`, `give ${what} as 256, 512 or 1024`);
  return undefined;
}

function switches<Name extends string>(
  input: Readonly<Record<string, boolean | string | undefined>> | undefined,
  names: readonly Name[],
  side: string,
  say: Say,
): Partial<Record<Name, boolean | undefined>> | undefined {
  const code = 'driver-invalid';
  const unknown = Object.keys(input ?? {}).filter((key) => !names.some((name) => name === key));
  for (const key of unknown)
    say(code, `the ${side} side has no offload ${shown(key)}`, `name one of ${names.join(', ')}`);
  const entries = names.map((name) => [
    name,
    onOff(input?.[name], { code, what: `the ${side}’s ${name}` }, say),
  ]);
  return defined(Object.fromEntries(entries) as Partial<Record<Name, boolean | undefined>>);
}
