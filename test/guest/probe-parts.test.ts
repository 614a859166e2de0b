import assert from 'node:assert/strict';
import { judgeBoot } from '../../lib/guest/boot-state.js';
import { ClockOffset } from '../../lib/guest/clock-offset.js';
import { readIp } from '../../lib/guest/probe-addresses.js';
import { readClock } from '../../lib/guest/probe-clock.js';
import { Facts } from '../../lib/guest/probe-facts.js';
import { readUnregisterWaits } from '../../lib/guest/probe-kernel-log.js';
import { ipv6Text, readProcNet } from '../../lib/guest/probe-proc-net.js';
import { readDefaultRoutes, readSession } from '../../lib/guest/probe-session.js';
import { recordedProbe } from './fixture.js';

describe('the addresses of a probe', () => {
  it('are read from iproute2 and busybox alike', () => {
    const { addresses, permanentMac } = readIp([
      '2: eth0@if5: <BROADCAST,UP> mtu 1500 qdisc noop\\    link/ether 52:54:00:00:00:09 brd ff:ff:ff:ff:ff:ff permaddr 52:54:00:00:00:01',
      '2: eth0    inet 10.0.2.15/24 metric 100 brd 10.0.2.255 scope global dynamic eth0\\       valid_lft 86s',
      '2: eth0    inet 10.0.2.15/24 scope global eth0',
      '3: ppp0    inet 10.9.0.1 peer 10.9.0.2/32 scope global ppp0\\       valid_lft forever',
      '2: eth0    inet6 FE80::1/64 scope link tentative \\       valid_lft forever',
    ]);
    assert.equal(permanentMac.get('eth0'), '52:54:00:00:00:01');
    assert.deepEqual(
      addresses
        .get('eth0')
        ?.map(({ address, prefix, scope, tentative }) => [address, prefix, scope, tentative]),
      [
        ['10.0.2.15', 24, 'global', false],
        ['fe80::1', 64, 'link', true],
      ],
    );
    assert.deepEqual(addresses.get('ppp0')?.[0]?.prefix, 32);
  });

  it('are found in /proc/net where there is no ip at all', () => {
    const { addresses } = readProcNet(
      [
        'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
        'eth0\t00000000\t0202000A\t0003\t0\t0\t0\t00000000\t0\t0\t0',
        'eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
        '           |-- 10.0.2.15',
        '              /32 host LOCAL',
        '        |-- 127.0.0.1',
        '           /32 host LOCAL',
      ],
      ['fe800000000000005054 0000 nonsense', 'fe80000000000000505400fffe000001 02 40 20 80     eth0'],
    );
    assert.deepEqual(
      addresses.get('eth0')?.map(({ address, prefix }) => `${address}/${prefix}`),
      ['10.0.2.15/24', 'fe80::5054:ff:fe00:1/64'],
    );
    assert.equal(addresses.get('lo')?.[0]?.address, '127.0.0.1');
  });

  it('are written the short way', () => {
    assert.equal(ipv6Text('00000000000000000000000000000001'), '::1');
    assert.equal(ipv6Text('20010db8000000000001000000000000'), '2001:db8:0:0:1::');
    assert.equal(ipv6Text('20010db8000000010001000100010001'), '2001:db8:0:1:1:1:1:1');
    assert.equal(ipv6Text('0'.repeat(32)), '::');
  });
});

describe('the session of a probe', () => {
  const { netdevs } = recordedProbe('probe-acpi');

  it('is found by its local address, in the forms that sshd writes', () => {
    for (const address of [
      '10.0.2.15',
      '::ffff:10.0.2.15',
      'fe80::5054:ff:fe00:1%enp0s16',
      'FE80:0::5054:00ff:fe00:1',
    ]) {
      assert.equal(readSession(`10.0.2.2 5000 ${address} 22`, netdevs)?.netdev, 'enp0s16', address);
    }
  });

  it('is none without SSH, and on no netdev where nobody holds the address', () => {
    assert.equal(readSession('', netdevs), null);
    assert.equal(readSession('10.0.2.2 5000 192.0.2.1 22', netdevs)?.netdev, null);
  });

  it('default routes: neither loopback nor a netdev that is not there', () => {
    const lines = [
      'enp0s16\t00000000\t0202000A\t0003\t0\t0\t0\t00000000',
      'enp0s16\t00000000\t0\t1\t0\t0\t0\t000000FF',
      `${'0'.repeat(32)} 00 x x x x x x x lo`,
      'x9\t00000000\t0\t0\t0\t0\t0\t00000000',
    ];
    assert.deepEqual(readDefaultRoutes(lines, netdevs), ['enp0s16']);
  });
});

describe('the boot state of a probe', () => {
  const judge = (...lines: string[]) => judgeBoot(new Facts(lines)).state;

  it('is what systemd says', () => {
    assert.equal(judge('init\tsystemd', 'systemd\trunning'), 'finished');
    assert.equal(judge('init\tsystemd', 'systemd\tdegraded'), 'finished');
    assert.equal(judge('init\tsystemd', 'systemd\tstarting'), 'running');
    assert.equal(judge('init\tsystemd', 'systemd\t'), 'unknown');
  });

  it('elsewhere is finished once udev has nothing waiting', () => {
    assert.equal(judge('init\tinit'), 'finished');
    assert.equal(judge('init\tinit', 'udev\tbusy'), 'running');
    assert.equal(judge('init\topenrc-init', 'openrc\tstarting'), 'running');
    assert.equal(judge('init\t'), 'unknown');
  });
});

describe('the clock of a probe', () => {
  const begin = new Facts(['clock-begin\t10.00 10000000000']);
  const end = new Facts(['clock-end\t10.30 10300000000']);

  it('lies between sending and receiving, less the time the script ran', () => {
    const clock = readClock(begin, end, 'btime 1700000000', { sentMs: 50_000, receivedMs: 50_400 });
    assert.equal(clock.errorMs, 50);
    assert.equal(clock.monotonicToHostMs, 40_050);
    assert.equal(clock.epochMs, 1_700_000_010_800);
  });

  it('knows less where only hundredths of seconds can be read', () => {
    const coarse = readClock(
      new Facts(['clock-begin\t10.00 ']),
      new Facts(['clock-end\t10.30 ']),
      undefined,
      {
        sentMs: 50_000,
        receivedMs: 50_400,
      },
    );
    assert.equal(coarse.errorMs, 60);
    assert.equal(coarse.epochMs, null);
  });

  it('is learnt from lines: none arrives before it was written', () => {
    const clock = new ClockOffset(readClock(begin, end, undefined, { sentMs: 50_000, receivedMs: 50_400 }));
    assert.equal(clock.errorMs, 100);
    clock.learn(11, 51_010);
    clock.learn(12, 52_090);
    assert.equal(clock.errorMs, 10);
    assert.equal(clock.toHostMs(12), 52_010);
  });
});

describe('the kernel log of a probe', () => {
  it('gives the newest complaint about each netdev', () => {
    const waits = readUnregisterWaits([
      '<0>[   10.5] unregister_netdevice: waiting for eth1 to become free. Usage count = 3',
      '<0>[   20.5] unregister_netdevice: waiting for eth1 to become free. Usage count = 2',
      '<0>[   21.5] something else',
      'unregister_netdevice: waiting for eth2 to become free. Usage count = 2',
    ]);
    assert.deepEqual(
      waits.map(({ netdev, timeS }) => [netdev, timeS]),
      [
        ['eth1', 20.5],
        ['eth2', null],
      ],
    );
  });
});
