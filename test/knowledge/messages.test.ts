import assert from 'node:assert/strict';
import { KNOWN_MESSAGES, recogniseMessage } from '../../lib/knowledge/index.js';

/** Messages as libvirt 9.0 and QEMU 7.2 print them. */
const SEEN: readonly [string, string, 'waiting' | 'failure'][] = [
  [
    "internal error: unable to execute QEMU command 'device_del': Device net1 is already in the process of unplug",
    'unplug-in-progress',
    'waiting',
  ],
  [
    "internal error: unable to execute QEMU command 'device_del': Hot-unplug failed: guest is busy (power indicator blinking)",
    'power-indicator-blinking',
    'waiting',
  ],
  ['internal error: No more available PCI slots', 'no-slot', 'failure'],
  [
    "internal error: unable to execute QEMU command 'device_add': Bus 'pcie.0' does not support hotplugging",
    'no-hotplug-bus',
    'failure',
  ],
  [
    'operation failed: multiple devices matching MAC address 52:54:00:00:00:0a found',
    'ambiguous-mac',
    'failure',
  ],
  ['operation failed: unplug of device was rejected by the guest', 'guest-rejected', 'failure'],
  [
    'Operation not supported: hotplug of interface type of udp is not implemented yet',
    'type-not-hotpluggable',
    'failure',
  ],
  ['Unable to create tap device vnet3: Device or resource busy', 'tap-exists', 'failure'],
  ["Requested operation is not valid: network 'default' is not active", 'network-inactive', 'failure'],
  ["Cannot get interface MTU on 'br7': No such device", 'cannot-get-bridge', 'failure'],
  [
    'internal error: Child process (tc qdisc add dev vnet3 …) unexpected exit status 2: Error: Specified qdisc kind is unknown.',
    'no-qdisc',
    'failure',
  ],
];

describe('what is known about a message', () => {
  for (const [message, id, means] of SEEN)
    it(`${id} is recognised, and means ${means}`, () => {
      const known = recogniseMessage(message);
      assert.deepEqual([known?.id, known?.means], [id, means]);
    });

  it('has a cause, a cure and a source in every row, each row once, each row seen here', () => {
    const ids = KNOWN_MESSAGES.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual([...ids].sort(), SEEN.map(([, id]) => id).sort());
    for (const { cause, fix, source } of KNOWN_MESSAGES)
      for (const text of [cause, fix, source]) assert.notEqual(text, '');
  });

  it('never takes an unknown message for one that can be waited for', () => {
    for (const message of ['', 'domain is not running', 'Device net1 not found', 'unplug failed'])
      assert.equal(recogniseMessage(message), null);
  });
});
