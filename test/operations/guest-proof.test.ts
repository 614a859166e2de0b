import assert from 'node:assert/strict';
import type { DetachScript } from 'node-libvirt/simulator';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { attachTo } from './attaching.js';
import { asks, detachFrom, whereIs } from './detaching.js';
import { domainXml, MAC_A, userNic } from './domains.js';
import { FakeGuest, RECORDED_PORT } from './fake-guest.js';
import { openWorld, until, type TestWorld } from './world.js';

const BOTH = { live: true, config: true };
const NEITHER = { live: false, config: false };

describe('attaching a NIC to a guest that is asked', function () {
  this.timeout(30_000);
  let world: TestWorld;
  let guest: FakeGuest;
  beforeEach(async () => {
    world = await openWorld({ domains: [{ xml: domainXml({ ports: [RECORDED_PORT], nics: [] }) }] });
    guest = new FakeGuest(MAC_A);
  });
  afterEach(() => world[Symbol.asyncDispose]());
  const afterAttach = (run: () => void) =>
    world.daemon.fault({ procedure: 'domainAttachDeviceFlags', action: { kind: 'before-reply', run } });

  it('is done when the guest has shown PCI function, driver and final name, though before libvirt answered', async () => {
    afterAttach(() => {
      guest.arrive();
    });
    const { outcome, proof, summary, pciPath } = await attachTo(world, { mac: MAC_A }, { guest });
    assert.equal(outcome, 'done');
    assert.equal(pciPath, '04.0/00.0');
    assert.deepEqual([proof.guest, proof.guestName, proof.driver], ['there', 'enp3s0', 'virtio_net']);
    assert.match(proof.link ?? '', /^down/);
    assert.ok(proof.guestLastEventAt !== null && proof.clockErrorMs !== null && proof.provedAt !== null);
    assert.match(summary, /enp3s0 \(virtio_net, link down/);
    assert.equal(guest.closed, 1);
  });

  it('takes it out of both definitions when the guest never shows it', async () => {
    const { outcome, exitCode, summary, details, mac } = await attachTo(world, {}, { guest, timeoutMs: 300 });
    assert.deepEqual([outcome, exitCode], ['failed', 1]);
    assert.match(summary, /the guest does not show the PCI function/);
    assert.match(details.join('\n'), /undone: attach-device/);
    assert.deepEqual(whereIs(world.daemon, mac), NEITHER);
  });

  it('leaves it in both, and says that it is not proved, with --keep', async () => {
    const { outcome, exitCode, details, next, mac } = await attachTo(
      world,
      {},
      { guest, timeoutMs: 300, keep: true },
    );
    assert.deepEqual([outcome, exitCode], ['pending', 3]);
    assert.match(details.join('\n'), /pending: guest-blind/);
    assert.equal(next, 'hotnic list web1');
    assert.deepEqual(whereIs(world.daemon, mac), BOTH);
  });

  it('is never done with half of the evidence', async () => {
    afterAttach(() => {
      guest.arrive();
      guest.depart();
    });
    const { outcome, mac } = await attachTo(world, { mac: MAC_A }, { guest, timeoutMs: 300 });
    assert.equal(outcome, 'failed');
    assert.deepEqual(whereIs(world.daemon, mac), NEITHER);
  });

  it('says that the guest was lost, and takes it out again', async () => {
    afterAttach(() => {
      guest.losesStreams();
    });
    const { outcome, summary, mac } = await attachTo(world, {}, { guest, timeoutMs: 5000 });
    assert.equal(outcome, 'failed');
    assert.match(summary, /connection to the guest was lost/);
    assert.deepEqual(whereIs(world.daemon, mac), NEITHER);
  });

  it('waits for an address, and tells it', async () => {
    afterAttach(() => {
      guest.arrive();
      guest.addresses =
        '5: enp3s0    inet 192.0.2.7/24 scope global enp3s0\\       valid_lft forever preferred_lft forever\n';
    });
    const { outcome, proof } = await attachTo(world, { mac: MAC_A }, { guest, waitIp: true });
    assert.equal(outcome, 'done');
    assert.deepEqual(proof.addresses, ['192.0.2.7/24']);
  });

  it('is pending, and stays, when no address comes', async () => {
    afterAttach(() => {
      guest.arrive();
    });
    const { outcome, exitCode, details, mac } = await attachTo(
      world,
      { mac: MAC_A },
      { guest, waitIp: true, timeoutMs: 800 },
    );
    assert.deepEqual([outcome, exitCode], ['pending', 3]);
    assert.match(details.join('\n'), /pending: address: nothing gave one/);
    assert.deepEqual(whereIs(world.daemon, mac), BOTH);
  });

  it('touches nothing when the guest cannot be reached, and asks nothing of a paused one', async () => {
    const deaf = { label: 'nowhere', open: () => Promise.reject(new Error('connect ECONNREFUSED')) };
    await assert.rejects(attachTo(world, {}, { guest: deaf }), /ECONNREFUSED/);
    world.daemon.domain('web1').suspend();
    await assert.rejects(attachTo(world, {}, { guest }), (error) => isHotnicError(error, 'guest-paused'));
    assert.equal(guest.probes, 0);
    assert.ok(!world.daemon.calls.some(({ procedure }) => procedure === 'domainAttachDeviceFlags'));
  });
});

describe('detaching a NIC from a guest that is asked', function () {
  this.timeout(30_000);
  let world: TestWorld;
  let guest: FakeGuest;
  const start = async (script: DetachScript) => {
    const xml = domainXml({ ports: [RECORDED_PORT], nics: [userNic(MAC_A, RECORDED_PORT)] });
    world = await openWorld({ domains: [{ xml, devices: { net0: script } }] });
    guest = new FakeGuest(MAC_A, true);
  };
  const afterAsking = (run: () => void) =>
    world.daemon.fault({ procedure: 'domainDetachDeviceAlias', action: { kind: 'before-reply', run } });
  afterEach(() => world[Symbol.asyncDispose]());

  it('is done when libvirt and the guest have both let go; its guest name is a name for it', async () => {
    await start('release');
    afterAsking(() => {
      guest.depart();
    });
    const { outcome, proof, nic, plan, summary } = await detachFrom(world, { guest, nic: 'enp3s0' });
    assert.equal(outcome, 'done');
    assert.deepEqual([nic.alias, nic.guestName, nic.pciPath], ['net0', 'enp3s0', '04.0/00.0']);
    assert.equal(proof.guest, 'gone');
    assert.ok(proof.guestRemovedAt !== null && proof.provedAt !== null);
    assert.match(summary, /running definition, persistent definition, guest/);
    assert.ok(plan.some(({ step }) => step === 'quiesce'));
    assert.deepEqual(
      guest.commands.map((command) => command[1]),
      ['enp3s0'],
    );
    assert.deepEqual(whereIs(world.daemon), NEITHER);
  });

  it('asks the guest anew when its streams were lost', async () => {
    await start('release');
    afterAsking(() => {
      guest.depart();
      guest.losesStreams();
    });
    guest.depart = () => {
      guest.shows = false;
    };
    const { outcome, proof } = await detachFrom(world, { guest });
    assert.deepEqual([outcome, proof.guest, proof.guestRemovedAt], ['done', 'gone', null]);
  });

  it('is pending when the guest still lists it', async () => {
    await start('release');
    afterAsking(() => {
      guest.losesStreams();
    });
    const { outcome, exitCode, details, proof } = await detachFrom(world, { guest });
    assert.deepEqual([outcome, exitCode, proof.guest], ['pending', 3, 'there']);
    assert.match(details.join('\n'), /guest-ghost/);
    assert.equal(proof.provedAt, null);
  });

  it('puts the NIC back up in the guest when the guest refuses, or the user gives up', async () => {
    for (const script of ['refuse', 'never'] as const) {
      await start(script);
      const abort = new AbortController();
      const running = detachFrom(world, { guest, signal: abort.signal });
      await until(() => asks(world.daemon) === 1, 'the request');
      if (script === 'never') abort.abort(new Error('interrupted'));
      const { outcome, details } = await running;
      assert.equal(outcome, script === 'never' ? 'interrupted' : 'failed');
      assert.match(details.join('\n'), /undone: quiesce/);
      assert.deepEqual(guest.commands.at(-1), ['ip', 'link', 'set', 'dev', 'enp3s0', 'up']);
      assert.deepEqual(whereIs(world.daemon), BOTH);
      if (script === 'refuse') await world[Symbol.asyncDispose]();
    }
  });

  it('does not try to set a NIC up that has gone, and says what is left to do', async () => {
    await start('release');
    afterAsking(() => {
      guest.depart();
    });
    world.daemon.fault({
      procedure: 'domainDetachDeviceFlags',
      action: { kind: 'error', code: 38, message: 'disk full' },
    });
    const { exitCode, next, details } = await detachFrom(world, { guest });
    assert.equal(exitCode, 5);
    assert.equal(next, `hotnic detach web1 ${MAC_A} --config`);
    assert.doesNotMatch(details.join('\n'), /not undone/);
    assert.equal(guest.commands.length, 1);
  });

  it('refuses the NIC that carries the session, and touches nothing', async () => {
    await start('release');
    guest.sshAddress = '192.0.2.7';
    guest.addresses =
      '5: enp3s0    inet 192.0.2.7/24 scope global enp3s0\\       valid_lft forever preferred_lft forever\n';
    await assert.rejects(detachFrom(world, { guest }), (error) => {
      assert.ok(isHotnicError(error, 'management-nic'));
      assert.match(error.details.next ?? '', /--allow-management-nic/);
      return true;
    });
    assert.deepEqual([guest.commands, asks(world.daemon), guest.closed], [[], 0, 1]);
  });

  it('asks an ACPI guest again', async () => {
    await start(['never', 'release']);
    const running = detachFrom(world, { guest, timeoutMs: 20_000 });
    await until(() => asks(world.daemon) === 1, 'the request');
    afterAsking(() => {
      guest.depart();
    });
    const { outcome, proof } = await running;
    assert.deepEqual([outcome, proof.asked], ['done', 2]);
  });
});
