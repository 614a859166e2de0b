import assert from 'node:assert/strict';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { awaitArrival, awaitDeparture } from '../../lib/guest/await-evidence.js';
import { now } from '../../lib/guest/now.js';
import type { GuestProbe } from '../../lib/guest/probe-types.js';
import { watchGuest } from '../../lib/guest/watch.js';
import type { PciPath } from '../../lib/nic/pci-address.js';
import { fixture, recordedProbe, UUID } from './fixture.js';
import { streaming } from './stand-in-channel.js';
import type { ScriptedStream } from './stand-in-channel.js';

const probe = recordedProbe('probe-acpi');
const pciPath = '04.0/00.0' as PciPath;

describe('watchGuest', () => {
  it('resolves once its own event has come back through kernel and udev, and its own line through the log', async () => {
    let stream: ScriptedStream | undefined;
    let uuid = '';
    const channel = streaming((argv, started) => {
      uuid = argv[3] ?? '';
      stream = started;
    });
    let resolved = false;
    const starting = watchGuest(channel, { probe }).finally(() => (resolved = true));
    const steps = [own('KERNEL', 1), 'K\t<7>[    5.1] hotnic: listening ', own('UDEV  ', 1)];
    for (const step of steps) {
      await delay(20);
      assert.equal(resolved, false);
      stream?.push(step.endsWith(' ') ? `${step}${uuid}` : step.replaceAll(UUID, uuid));
    }
    await using watch = await starting;
    assert.equal(watch.finalNameBy, 'udev');
    assert.equal(watch.kernelLog, true);
    assert.deepEqual(watch.history, []);
  });

  it('says that the kernel names netdevs where udev never answers', async () => {
    const kernelLog = { readable: false, unregisterWaits: [] };
    const quiet = { ...probe, kernelLog, udev: { running: false, queueEmpty: true } };
    await using watch = await watchGuest(replaying(own('KERNEL', 1)), { probe: quiet });
    assert.equal(watch.finalNameBy, 'kernel');
  });

  it('looks at sysfs where udevadm is missing', async () => {
    await using watch = await watchGuest(replaying(fixture('watch-sysfs-virtio')), { probe: busybox() });
    assert.equal(watch.finalNameBy, 'sysfs');
    await delay(20);
    const log = watch.history.filter(({ source }) => source === 'klog');
    assert.match(log[0]?.text ?? '', /^pci 0000:03:00.0: \[1af4:1041\]/, 'what was logged before is history');
  });

  it('looks at sysfs where udevadm cannot run', async () => {
    const modes: string[] = [];
    const channel = streaming((argv, stream) => {
      modes.push(argv[4] ?? '');
      stream.push(argv[4] === 'udev' ? 'T\t5.00 5000000000\tdead\talive' : ';');
    });
    await using watch = await watchGuest(channel, {
      probe: { ...probe, kernelLog: { readable: false, unregisterWaits: [] } },
    });
    assert.equal(watch.finalNameBy, 'sysfs');
    assert.deepEqual(modes, ['udev', 'sysfs']);
  });

  it('fails when nothing comes back in time, and leaves nothing running', async () => {
    const streams: ScriptedStream[] = [];
    const channel = streaming((_argv, stream) => streams.push(stream));
    await assert.rejects(watchGuest(channel, { probe, timeoutMs: 50 }), (error) =>
      isHotnicError(error, 'guest-watch-failed'),
    );
    assert.ok(streams.every(({ closed }) => closed));
  });

  it('stops starting when it is told to', async () => {
    const channel = streaming(() => undefined);
    const abort = new AbortController();
    const starting = watchGuest(channel, { probe, signal: abort.signal });
    setTimeout(() => {
      abort.abort(new Error('interrupted'));
    }, 10);
    await assert.rejects(starting, /interrupted/);
  });

  it('tells when it is lost, with the last words of the other side', async () => {
    let stream: ScriptedStream | undefined;
    const watch = await watchGuest(
      replaying(fixture('watch-sysfs-virtio'), (started) => (stream = started)),
      { probe: busybox() },
    );
    stream?.end('Connection reset');
    const error = await watch.ended;
    assert.ok(isHotnicError(error, 'guest-watch-lost'));
    assert.equal(error.details.seen, 'Connection reset');
  });

  it('keeps the newest events only, however many come', async () => {
    await using watch = await watchGuest(
      replaying(`;\n${'K\t<6>[    1.0] flood\n'.repeat(10_000)}K\t<6>[    2.0] last`),
      { probe: { ...busybox(), kernelLog: { readable: false, unregisterWaits: [] } } },
    );
    await delay(50);
    assert.equal(watch.history.length, 4096);
    assert.equal(watch.history.at(-1)?.text, 'last');
  });

  it('drops lines that are none of its own', async () => {
    const noise = [
      '',
      'Welcome',
      'E\tKERNEL[1.0] nonsense',
      'S\t../x',
      '.',
      'P\tX=1',
      'T\tx',
      '5,x;y',
      '\u001b[2J',
    ];
    await using watch = await watchGuest(replaying([...noise, ';', ...noise].join('\n')), {
      probe: { ...busybox(), kernelLog: { readable: false, unregisterWaits: [] } },
    });
    assert.deepEqual(watch.history, []);
  });
});

describe('awaitArrival and awaitDeparture', () => {
  it('are done at once with what the watch has already seen', async () => {
    await using watch = await watchGuest(replaying(fixture('watch-acpi-virtio')), { probe });
    await delay(20);
    const departure = await awaitDeparture(
      watch,
      { pciPath, netdevs: ['enp3s0'] },
      { deadlineMs: now() + 1000 },
    );
    assert.equal(departure.outcome, 'seen');
    const arrival = await awaitArrival(watch, { pciPath }, { deadlineMs: now() + 20 });
    assert.equal(arrival.outcome, 'deadline');
    assert.match(arrival.missing.join(), /left again/);
  });

  it('report progress, and come back at the deadline with what was missing', async () => {
    let stream: ScriptedStream | undefined;
    await using watch = await watchGuest(
      replaying(';', (started) => (stream = started)),
      { probe: { ...busybox(), kernelLog: { readable: false, unregisterWaits: [] } } },
    );
    let calls = 0;
    const waiting = awaitArrival(
      watch,
      { pciPath },
      { deadlineMs: now() + 100, onProgress: () => (calls += 1) },
    );
    stream?.push('F\t/devices/pci0000:00/0000:00:04.0/0000:03:00.0\t\n;');
    const { outcome, missing, evidence } = await waiting;
    assert.equal(outcome, 'deadline');
    assert.equal(calls, 1);
    assert.deepEqual(missing, ['a driver bound to the PCI function', 'a network device']);
    assert.ok(evidence.state.pciAdded);
  });

  it('end when the watch is lost, and throw only when told to stop', async () => {
    let stream: ScriptedStream | undefined;
    const watch = await watchGuest(
      replaying(';', (started) => (stream = started)),
      { probe: { ...busybox(), kernelLog: { readable: false, unregisterWaits: [] } } },
    );
    const abort = new AbortController();
    const deadlineMs = now() + 5000;
    const stopped = awaitArrival(watch, { pciPath }, { deadlineMs, signal: abort.signal });
    abort.abort(new Error('interrupted'));
    await assert.rejects(stopped, /interrupted/);
    const lost = awaitDeparture(watch, { pciPath, netdevs: [] }, { deadlineMs });
    stream?.end('gone');
    const result = await lost;
    assert.equal(result.outcome, 'lost');
    assert.ok(isHotnicError(result.error, 'guest-watch-lost'));
  });
});

function busybox(): GuestProbe {
  return recordedProbe('probe-bb');
}

/** A channel whose watch says what was recorded, under the UUID that was asked for. */
function replaying(text: string, started: (stream: ScriptedStream) => void = () => undefined) {
  return streaming((argv, stream) => {
    stream.push(text.replaceAll(UUID, argv[3] ?? ''));
    started(stream);
  });
}

function own(form: string, seqnum: number): string {
  const head = `E\t${form}[5.000001] change   /devices/virtual/net/lo (net)`;
  return [head, 'P\tACTION=change', `P\tSYNTH_UUID=${UUID}`, `P\tSEQNUM=${seqnum}`, '.'].join('\n');
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
