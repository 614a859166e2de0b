import assert from 'node:assert/strict';
import { askOnce, GuestSessions } from '../../../lib/operations/ghosts/guest-sessions.js';
import { scan } from '../../../lib/operations/ghosts/scan.js';
import type { ScanOptions } from '../../../lib/operations/ghosts/scan-options.js';
import { HotnicError } from '../../../lib/errors/hotnic-error.js';
import { domainXml } from '../domains.js';
import { FakeGuest } from '../fake-guest.js';
import { openWorld, type TestWorld } from '../world.js';

describe('asking guests in a scan', () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await openWorld({
      domains: ['a', 'b', 'c', 'd'].map((name) => ({ xml: domainXml({ name }) })),
    });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const options = (more: Partial<ScanOptions>): ScanOptions => ({
    hypervisor: world.hypervisor,
    domains: [],
    askGuest: null,
    host: 'targets',
    qemu: 'never',
    allowLiveOnly: false,
    removalRequests: () => Promise.resolve([]),
    signal: new AbortController().signal,
    ...more,
  });
  const state = (found: Awaited<ReturnType<typeof scan>>) =>
    found.domains.map(({ readings }) => readings.find(({ plane }) => plane === 'guest-pci')?.state);

  it('takes one command for each guest, and closes the connection', async () => {
    const guest = new FakeGuest();
    const found = await scan(options({ domains: ['a'], askGuest: askOnce(() => guest) }));
    assert.deepEqual([state(found), guest.probes, guest.commands, guest.closed], [['read'], 1, [], 1]);
  });

  it('keeps the connection of a guest that is asked again', async () => {
    const guest = new FakeGuest();
    await using guests = new GuestSessions(() => guest);
    await scan(options({ domains: ['a'], askGuest: guests.ask }));
    await scan(options({ domains: ['a'], askGuest: guests.ask }));
    assert.deepEqual([guest.probes, guest.closed], [2, 0]);
  });

  it('judges from the other planes where a guest hangs or refuses, and says so', async () => {
    const problems: string[] = [];
    const found = await scan(
      options({
        guestTimeoutMs: 100,
        onProblem: (text) => problems.push(text),
        askGuest: (view, signal) =>
          view.name === 'a'
            ? new Promise(() => undefined)
            : view.name === 'b'
              ? Promise.reject(new HotnicError('ssh-refused', 'nobody listens'))
              : askOnce(() => new FakeGuest())(view, signal),
      }),
    );
    assert.deepEqual(state(found), ['unreadable', 'unreadable', 'read', 'read']);
    assert.equal(problems.length, 2);
    assert.match(
      problems.sort()[0] ?? '',
      /^a: the guest could not be asked: the guest did not answer within 0\.1 s/,
    );
  });

  it('asks no more guests at a time than it may', async () => {
    let now = 0;
    let most = 0;
    const done: number[] = [];
    await scan(
      options({
        guestsAtOnce: 2,
        onDomain: (count) => done.push(count),
        askGuest: async () => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, 20));
          now -= 1;
          return { probe: null, state: 'not-asked', why: 'a test' };
        },
      }),
    );
    assert.deepEqual([most, done], [2, [1, 2, 3, 4]]);
  });

  it('stops at once when it is interrupted', async () => {
    const controller = new AbortController();
    const scanning = scan(
      options({
        signal: controller.signal,
        askGuest: () => {
          controller.abort(new Error('interrupted'));
          return new Promise(() => undefined);
        },
      }),
    );
    await assert.rejects(scanning, /interrupted/);
  });
});
