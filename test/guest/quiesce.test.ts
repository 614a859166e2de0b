import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Channel } from '../../lib/channel/channel.js';
import { localChannel } from '../../lib/channel/local.js';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { probeGuest } from '../../lib/guest/probe.js';
import { planQuiesce, quiesce, unquiesce } from '../../lib/guest/quiesce.js';
import { addressWords, routeWords } from '../../lib/guest/quiesce-saved.js';
import { recordedProbe } from './fixture.js';

describe('planQuiesce', () => {
  it('does not touch the netdev that carries the session', () => {
    const plan = planQuiesce(recordedProbe('probe-acpi'), 'enp0s16');
    assert.equal(plan.carriesSession, true);
    assert.equal(plan.hasDefaultRoute, true);
    assert.deepEqual(plan.steps, []);
  });

  it('lets one port of a bond go while another has carrier', () => {
    const probe = recordedProbe('probe-acpi');
    const [nic] = probe.netdevs.filter(({ name }) => name === 'enp0s16');
    assert.ok(nic);
    const port = (name: string) => ({ ...nic, name, master: 'bond0', uppers: ['bond0'], addresses: [] });
    const bonded = {
      ...probe,
      session: { localAddress: '10.0.2.15', netdev: 'bond0' },
      netdevs: [port('a'), port('b'), { ...nic, name: 'bond0', kind: 'bond', lowers: ['a', 'b'] }],
    };
    assert.deepEqual(planQuiesce(bonded, 'a').steps, ['take a out of bond0', 'set a down']);
    const alone = { ...bonded, netdevs: bonded.netdevs.filter(({ name }) => name !== 'b') };
    assert.equal(planQuiesce(alone, 'a').carriesSession, true);
  });

  it('knows no netdev that the guest does not have', () => {
    assert.throws(
      () => planQuiesce(recordedProbe('probe-acpi'), '\u001b[1mx'),
      (error) => isHotnicError(error, 'guest-netdev-unknown') && !error.message.includes('\u001b'),
    );
  });
});

describe('what quiesce saves', () => {
  it('makes addresses again with all that mattered about them', () => {
    const line =
      '2: eth0    inet 10.0.0.5/24 metric 100 brd 10.0.0.255 scope global noprefixroute eth0\\       valid_lft forever preferred_lft forever';
    assert.deepEqual(
      addressWords(line)?.join(' '),
      '10.0.0.5/24 brd 10.0.0.255 scope global metric 100 noprefixroute',
    );
    assert.equal(addressWords('2: eth0    inet6 fe80::1/64 scope link \\ valid_lft forever'), null);
    assert.equal(addressWords('2: eth0: <BROADCAST> mtu 1500\\    link/ether 52:54:00:00:00:01'), null);
  });

  it('leaves routes alone that come back by themselves, and admits those it cannot make again', () => {
    assert.equal(routeWords('10.0.0.0/24 proto kernel scope link src 10.0.0.5'), 'by-itself');
    assert.equal(routeWords('local 10.0.0.5 table local proto kernel scope host'), 'by-itself');
    assert.deepEqual(routeWords('default via 10.0.0.1 proto dhcp metric 100 linkdown '), {
      words: ['default', 'via', '10.0.0.1', 'proto', 'dhcp', 'metric', '100'],
    });
    assert.equal(routeWords('default via 10.0.0.1 -batch /etc/shadow'), 'unknown');
  });
});

// Needs root for a network namespace of its own; nothing of the machine's network is touched.
describe('quiesce and unquiesce', function () {
  const namespace = `hotnic-test-${process.pid}`;
  const inside = (...argv: string[]) =>
    execFileSync('ip', ['netns', 'exec', namespace, ...argv], { encoding: 'utf8' });

  before(() => {
    assert.equal(process.getuid?.(), 0, 'a network namespace takes root');
    execFileSync('ip', ['netns', 'add', namespace]);
    inside('ip', 'link', 'add', 'p0', 'type', 'veth', 'peer', 'name', 'p1');
    inside('ip', 'link', 'set', 'p1', 'up');
    inside('ip', 'link', 'add', 'br7', 'type', 'bridge');
  });
  after(() => {
    if (process.getuid?.() === 0) execFileSync('ip', ['netns', 'del', namespace]);
  });

  it('put addresses and routes back as they were', async () => {
    inside('ip', 'link', 'set', 'p0', 'up');
    inside('ip', 'addr', 'add', '192.0.2.5/24', 'dev', 'p0');
    inside('ip', 'addr', 'add', '2001:db8::5/64', 'dev', 'p0', 'nodad');
    inside('ip', 'route', 'add', '198.51.100.0/24', 'via', '192.0.2.1', 'metric', '7');
    inside('ip', '-6', 'route', 'add', '2001:db8:1::/48', 'via', '2001:db8::1');
    const before = state();
    await using channel = inNamespace(namespace);
    const probe = await probeGuest(channel);
    const undo = await quiesce(channel, probe, 'p0');
    assert.doesNotMatch(inside('ip', 'link', 'show', 'p0'), /[<,]UP[,>]/);
    assert.notEqual(state(), before);
    const { failed } = await unquiesce(channel, probe, undo);
    assert.deepEqual(failed, []);
    assert.equal(state(), before);

    function state(): string {
      const routes = inside('ip', 'route') + inside('ip', '-6', 'route', 'show', 'proto', 'boot');
      return inside('ip', '-br', 'addr', 'show', 'dev', 'p0').replace(/fe80\S+/, '') + routes;
    }
  });

  it('put a port back into its bridge', async () => {
    inside('ip', 'link', 'set', 'p0', 'master', 'br7');
    await using channel = inNamespace(namespace);
    const probe = await probeGuest(channel);
    assert.deepEqual(planQuiesce(probe, 'p0').steps, ['take p0 out of br7', 'set p0 down']);
    assert.deepEqual(planQuiesce(probe, 'p0').holders, [{ name: 'br7', kind: 'bridge' }]);
    const undo = await quiesce(channel, probe, 'p0');
    assert.doesNotMatch(inside('ip', 'link', 'show', 'p0'), /master/);
    assert.deepEqual((await unquiesce(channel, probe, undo)).failed, []);
    assert.match(inside('ip', 'link', 'show', 'p0'), /[<,]UP[,>].*master br7/);
  });

  it('change nothing when the name has come to mean another device', async () => {
    await using channel = inNamespace(namespace);
    const probe = await probeGuest(channel);
    const netdevs = probe.netdevs.map((netdev) => ({ ...netdev, ifindex: netdev.ifindex + 100 }));
    const changed = quiesce(channel, { ...probe, netdevs }, 'p0');
    await assert.rejects(changed, (error) => isHotnicError(error, 'guest-netdev-changed'));
    assert.match(inside('ip', 'link', 'show', 'p0'), /[<,]UP[,>]/);
  });

  it('refuse the netdev that carries the session', async () => {
    await using channel = localChannel();
    const refused = quiesce(channel, recordedProbe('probe-acpi'), 'enp0s16');
    await assert.rejects(refused, (error) => isHotnicError(error, 'guest-management-nic'));
  });

  it('need root', async () => {
    await using channel = localChannel();
    const user = { uid: 1000, root: 'no' } as const;
    const refused = quiesce(channel, { ...recordedProbe('probe-acpi'), user }, 'lo');
    await assert.rejects(refused, (error) => isHotnicError(error, 'guest-not-root'));
  });
});

/** Commands inside a network namespace, as if it were a guest. */
function inNamespace(namespace: string): Channel {
  const local = localChannel({ env: { PATH: process.env['PATH'] } });
  const prefix = ['ip', 'netns', 'exec', namespace];
  return {
    ...local,
    label: namespace,
    run: (argv, options) => local.run([...prefix, ...argv], options),
    lines: (argv, options) => local.lines([...prefix, ...argv], options),
    [Symbol.asyncDispose]: () => local.close(),
  };
}
