import assert from 'node:assert/strict';
import { cycle, SOURCES } from '../support/cycles.js';
import { MACHINES } from '../support/lab.js';
import { taps } from '../support/state.js';

// A native slot takes over 6 s for a removal.
const ROUNDS = { 'lab-q35': 20, 'lab-q35-native': 5, 'lab-i440fx': 20 } as const;

describe('attach and detach, proved at both ends', function () {
  this.timeout(600_000);
  const tapsBefore = taps();
  const runs = new Map<string, Promise<unknown>>();

  before(() => {
    // The machines do not disturb each other, and a native slot mostly waits: they run at the same time.
    for (const machine of MACHINES) {
      let last: Promise<unknown> = Promise.resolve();
      for (const source of SOURCES) {
        last = last.catch(() => undefined).then(() => cycle(machine, source, ROUNDS[machine]));
        last.catch(() => undefined);
        runs.set(`${machine} ${source.type}`, last);
      }
    }
  });

  for (const source of SOURCES)
    for (const machine of MACHINES)
      it(`${ROUNDS[machine]} times a virtio NIC of type ${source.type} on ${machine}`, async () => {
        await runs.get(`${machine} ${source.type}`);
      });

  it('leaves no tap on the host', () => {
    assert.deepEqual(taps(), tapsBefore);
  });
});
