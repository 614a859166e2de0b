import assert from 'node:assert/strict';
import { CallTimeoutError, ConnectionLostError } from 'node-libvirt';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import {
  askAndWait,
  type RemovalOutcome,
  type RemovalSign,
  type RemovalWait,
} from '../../lib/operations/detach/removal-wait.js';
import { slotRules, type SlotKind } from '../../lib/operations/detach/slot-rules.js';
import { silent } from './world.js';

const BLINKING = 'Hot-unplug failed: guest is busy (power indicator blinking)';
const IN_PROGRESS = 'Device net0 is already in the process of unplug';

/** A guest on fake time: `answers` are what libvirt says to each request, null for "taken". */
class Scene {
  readonly askedAt: number[] = [];
  readonly waits: string[] = [];
  readonly abort = new AbortController();
  there = true;
  look: () => boolean = () => this.there;
  #listener: (sign: RemovalSign) => void = () => undefined;
  readonly #answers: (Error | string | null)[];

  constructor(...answers: (Error | string | null)[]) {
    this.#answers = answers;
  }

  wait(kind: SlotKind, timeoutMs: number, more: Partial<RemovalWait> = {}): Promise<RemovalOutcome> {
    return askAndWait({
      ask: async () => {
        this.askedAt.push(Date.now());
        const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
        if (typeof answer === 'string') throw new Error(answer);
        if (answer) throw answer;
      },
      stillThere: async () => this.look(),
      onSign: (listener) => {
        this.#listener = listener;
        return () => (this.#listener = () => undefined);
      },
      rules: slotRules(kind),
      timeoutMs,
      signal: this.abort.signal,
      progress: silent(this.waits),
      note: () => undefined,
      what: 'DEVICE_REMOVED of net0',
      ...more,
    });
  }

  sign(sign: RemovalSign): void {
    this.#listener(sign);
  }
}

describe('asking for a removal', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => (clock = useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] })));
  afterEach(() => {
    clock.restore();
  });

  const rows: readonly [SlotKind, number, readonly number[], string][] = [
    [
      'acpi',
      17_000,
      [0, 5_000, 10_000, 15_000],
      'every 5 s: a request before the guest’s ACPI is up is lost',
    ],
    ['native', 60_000, [0], 'once: a second press of the button within 5 s cancels'],
    ['pseries', 60_000, [0], 'once'],
    ['none', 60_000, [0], 'once: nobody hears it'],
    ['unknown', 25_000, [0, 10_500, 21_000], 'every 10.5 s'],
  ];
  for (const [kind, timeoutMs, times, words] of rows)
    it(`asks a slot of kind ${kind} ${words}`, async () => {
      const scene = new Scene(null);
      const waiting = scene.wait(kind, timeoutMs);
      await clock.tickAsync(timeoutMs);
      assert.deepEqual(scene.askedAt, times);
      assert.deepEqual(await waiting, { end: 'deadline', asked: times.length, lastAnswer: null });
    });

  for (const [kind, everyMs] of [
    ['acpi', 1_000],
    ['native', 5_500],
    ['pseries', 5_500],
    ['unknown', 5_500],
  ] as const)
    it(`tries again after ${everyMs} ms when a slot of kind ${kind} is busy`, async () => {
      const scene = new Scene(BLINKING, BLINKING, null);
      const waiting = scene.wait(kind, 20_000);
      await clock.tickAsync(2 * everyMs + 100);
      assert.deepEqual(scene.askedAt, [0, everyMs, 2 * everyMs]);
      scene.sign('removed');
      assert.deepEqual(await waiting, { end: 'removed', at: 2 * everyMs + 100, asked: 1 });
    });

  it('takes "already in the process of unplug" for a request that is under way', async () => {
    const scene = new Scene(IN_PROGRESS);
    const waiting = scene.wait('native', 30_000);
    await clock.tickAsync(6_300);
    scene.sign('removed');
    assert.deepEqual(await waiting, { end: 'removed', at: 6_300, asked: 1 });
    assert.deepEqual(scene.askedAt, [0]);
  });

  it('keeps libvirt’s last answer for the report', async () => {
    const scene = new Scene(BLINKING);
    const waiting = scene.wait('native', 3_000);
    await clock.tickAsync(3_000);
    assert.deepEqual(await waiting, { end: 'deadline', asked: 0, lastAnswer: BLINKING });
  });

  it('finds out each second by itself when the event was lost', async () => {
    const scene = new Scene(null);
    const waiting = scene.wait('acpi', 30_000);
    await clock.tickAsync(200);
    scene.there = false;
    await clock.tickAsync(800);
    assert.deepEqual(await waiting, { end: 'removed', at: 1_000, asked: 1 });
  });

  it('takes an error for success only when the device is gone', async () => {
    const gone = new Scene('no device found with alias net0');
    gone.there = false;
    assert.equal((await gone.wait('acpi', 1_000)).end, 'removed');
    await assert.rejects(new Scene('no device found with alias net0').wait('acpi', 1_000), /no device found/);
  });

  for (const sign of ['refused', 'domain-stopped', 'lost'] as const)
    it(`ends at once with "${sign}"`, async () => {
      const scene = new Scene(null);
      const waiting = scene.wait('acpi', 30_000);
      await clock.tickAsync(10);
      scene.sign(sign);
      assert.deepEqual(await waiting, { end: sign, at: 10, asked: 1 });
    });

  it('takes the sign that came before the answer to the request', async () => {
    const scene = new Scene(null);
    const waiting = scene.wait('acpi', 30_000, {
      ask: () =>
        new Promise((resolve) => {
          setTimeout(() => {
            scene.sign('removed');
          }, 10);
          setTimeout(resolve, 500);
        }),
    });
    await clock.tickAsync(500);
    assert.deepEqual(await waiting, { end: 'removed', at: 10, asked: 1 });
  });

  it('counts a request whose answer was lost as made, does not repeat it, and still waits', async () => {
    for (const error of [
      new ConnectionLostError('hung up'),
      new CallTimeoutError('domainDetachDeviceAlias', 30_000),
    ]) {
      const scene = new Scene(error);
      const waiting = scene.wait('acpi', 12_000);
      await clock.tickAsync(12_000);
      assert.deepEqual(await waiting, { end: 'deadline', asked: 1, lastAnswer: error.message });
      assert.equal(scene.askedAt.length, 1);
    }
  });

  it('fails at once when the connection had ended before the request could be sent', async () => {
    const scene = new Scene(new ConnectionLostError('hung up', 'domainDetachDeviceAlias', undefined, false));
    await assert.rejects(scene.wait('acpi', 12_000), { message: 'hung up' });
  });

  it('says "lost" when the definition can no longer be read, and goes on when only the answer is late', async () => {
    const lost = new Scene(null);
    lost.look = () => {
      throw new ConnectionLostError('hung up');
    };
    const waiting = lost.wait('acpi', 12_000);
    await clock.tickAsync(1_000);
    assert.equal((await waiting).end, 'lost');
    const late = new Scene(null);
    late.look = () => {
      throw new CallTimeoutError('domainGetXmlDesc', 2_000);
    };
    const pending = late.wait('acpi', 3_000);
    await clock.tickAsync(3_000);
    assert.equal((await pending).end, 'deadline');
  });

  describe('and being interrupted', () => {
    it('before the request asks nothing', async () => {
      const scene = new Scene(null);
      scene.abort.abort();
      assert.deepEqual(await scene.wait('acpi', 30_000), { end: 'interrupted', asked: 0, lastAnswer: null });
      assert.deepEqual(scene.askedAt, []);
    });

    for (const [kind, graceMs] of [
      ['acpi', 1_500],
      ['native', 8_000],
      ['pseries', 10_000],
    ] as const)
      it(`after the request waits ${graceMs} ms more for a slot of kind ${kind}, and asks no more`, async () => {
        const scene = new Scene(null);
        const waiting = scene.wait(kind, 60_000);
        await clock.tickAsync(4_900);
        scene.abort.abort();
        await clock.tickAsync(graceMs);
        assert.deepEqual(await waiting, { end: 'interrupted', asked: 1, lastAnswer: null });
        assert.deepEqual(scene.askedAt, [0]);
      });

    it('sees the NIC go within the grace time', async () => {
      const scene = new Scene(null);
      const waiting = scene.wait('native', 60_000);
      await clock.tickAsync(100);
      scene.abort.abort();
      await clock.tickAsync(6_000);
      scene.sign('removed');
      assert.equal((await waiting).end, 'removed');
    });

    it('never waits longer than was asked for', async () => {
      const scene = new Scene(null);
      const waiting = scene.wait('native', 2_000);
      await clock.tickAsync(1_000);
      scene.abort.abort();
      await clock.tickAsync(1_000);
      assert.equal((await waiting).end, 'interrupted');
    });
  });

  it('says what is waited for', async () => {
    const scene = new Scene(null);
    const waiting = scene.wait('acpi', 1_000);
    await clock.tickAsync(1_000);
    await waiting;
    assert.deepEqual(new Set(scene.waits), new Set(['DEVICE_REMOVED of net0']));
  });
});
