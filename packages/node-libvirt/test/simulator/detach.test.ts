import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AffectFlags,
  type Connection,
  type Domain,
  DomainXMLFlags,
  ErrorCode,
  isDeviceMissing,
  isOperationFailed,
} from '../../src/index.js';
import { type DetachScript, type DomainSetup, times } from '../../src/simulator/index.js';
import { mac, nic, q35 } from '../support/domain-xml.js';
import { type Simulated, simulated } from '../support/simulated.js';

const { LIVE, CONFIG } = AffectFlags;

describe('a simulated detach', () => {
  let sim: Simulated;
  let domain: Domain;
  let log: string[];

  async function start(script: DetachScript, setup: Partial<DomainSetup> = {}): Promise<void> {
    const one = { xml: q35('guest'), devices: { net0: script }, ...setup };
    sim = await simulated({ domains: [one], detachWaitMs: 30 });
    domain = await sim.connection.domainLookupByName('guest');
    log = [];
    await listen(sim.connection, log);
  }
  afterEach(async () => {
    await sim[Symbol.asyncDispose]();
  });
  const detach = async (flags: number = LIVE): Promise<void> => {
    await domain.detachDeviceFlags(nic(1), flags);
    log.push('reply');
  };
  const has = async (flags = 0): Promise<boolean> => (await domain.getXMLDesc(flags)).includes(mac(1));

  it('that is released at once: the event comes before the reply', async () => {
    await start('release');
    await detach(LIVE | CONFIG);
    assert.deepEqual(log, ['removed net0', 'reply']);
    assert.equal(await has(), false);
    assert.equal(await has(DomainXMLFlags.INACTIVE), false);
  });

  it('that is released after the reply', async () => {
    await start({ kind: 'release', order: 'reply-first' });
    await detach();
    assert.equal(await has(), true);
    await sleep(10);
    assert.deepEqual(log, ['reply', 'removed net0']);
    assert.equal(await has(), false);
  });

  it('that is never released answers success after the wait, with the NIC still there', async () => {
    await start('never');
    const started = performance.now();
    await detach(LIVE | CONFIG);
    assert.ok(performance.now() - started >= 29);
    assert.deepEqual(log, ['reply']);
    assert.equal(await has(), true);
    assert.equal(await has(DomainXMLFlags.INACTIVE), false, 'the definition has let go, the guest has not');
    await domain.reset();
    await sim.connection.getHostname();
    assert.deepEqual(log, ['reply', 'removed net0']);
  });

  it('that survives a reset stays', async () => {
    await start({ kind: 'never', survivesReset: true });
    await detach();
    await domain.reset();
    assert.equal(await has(), true);
  });

  it('that is released late: success first, the event when the guest is ready', async () => {
    await start({ kind: 'release', afterMs: 60 });
    await detach();
    assert.deepEqual(log, ['reply']);
    await sleep(50);
    assert.deepEqual(log, ['reply', 'removed net0']);
  });

  it('that is refused: error 9 and the removal-failed event; the definition is as it was', async () => {
    await start('refuse');
    await assert.rejects(detach(LIVE | CONFIG), (error) => {
      assert.ok(isOperationFailed(error));
      assert.equal(error.message, 'operation failed: unplug of device was rejected by the guest');
      return true;
    });
    assert.deepEqual(log, ['failed net0']);
    assert.equal(await has(DomainXMLFlags.INACTIVE), true);
  });

  it('that is refused by alias shows as an event alone, and returns at once', async () => {
    await start('refuse');
    await domain.detachDeviceAlias('net0', LIVE);
    assert.deepEqual(log, ['failed net0']);
  });

  it('that meets a busy guest, and one that is at it already, for so many calls', async () => {
    await start(times(2, 'busy', 'release'));
    const busy = { code: ErrorCode.INTERNAL_ERROR, message: /guest is busy \(power indicator blinking\)/ };
    await assert.rejects(detach(), busy);
    await assert.rejects(detach(), busy);
    await detach();
    assert.equal(await has(), false);
  });

  it('that is asked twice while the first request is pending', async () => {
    await start(['never', 'in-progress', 'release']);
    await detach();
    await assert.rejects(detach(), { code: 1, message: /Device net0 is already in the process of unplug/ });
    await detach();
    assert.equal(await has(), false);
  });

  it('of a paused guest waits until it goes on', async () => {
    await start('release');
    await domain.suspend();
    await detach();
    assert.equal(await has(), true);
    await domain.resume();
    await sim.connection.getHostname();
    assert.deepEqual(log, ['reply', 'removed net0']);
  });

  it('whose event is lost: the device goes without a word', async () => {
    await start({ kind: 'release', event: false });
    await detach();
    assert.deepEqual(log, ['reply']);
    assert.equal(await has(), false);
  });

  it('that fails with any error', async () => {
    await start({
      kind: 'error',
      code: ErrorCode.OPERATION_TIMEOUT,
      message: 'cannot acquire state change lock',
    });
    await assert.rejects(detach(), { code: 68, message: 'cannot acquire state change lock' });
  });

  it('matches as libvirt does: by MAC, PCI address and alias, and refuses two NICs with one MAC', async () => {
    await start('release', { xml: q35('guest', { nics: [nic(1), nic(1), nic(2)] }) });
    await assert.rejects(domain.detachDeviceFlags(nic(9), LIVE), (error) => isDeviceMissing(error));
    await assert.rejects(domain.detachDeviceFlags(nic(1), LIVE), {
      code: 9,
      message: `operation failed: multiple devices matching MAC address ${mac(1)} found`,
    });
    const second = "<address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>";
    await domain.detachDeviceFlags(nic(1, second), LIVE);
    await domain.detachDeviceFlags(nic(2, "<alias name='net2'/>"), LIVE);
    await assert.rejects(domain.detachDeviceAlias('net2', LIVE), {
      code: 1,
      message: /no device found with alias/,
    });
    assert.deepEqual(log, ['removed net1', 'removed net2']);
  });

  it('changes neither half when one of them does not have the NIC', async () => {
    await start('release');
    await domain.attachDeviceFlags(nic(5), CONFIG);
    await assert.rejects(domain.detachDeviceFlags(nic(5), LIVE | CONFIG), (error) => isDeviceMissing(error));
    assert.match(await domain.getXMLDesc(DomainXMLFlags.INACTIVE), new RegExp(mac(5)));
  });
});

async function listen(connection: Connection, log: string[]): Promise<void> {
  await connection.onDomainEvent('device-removed', ({ alias }) => log.push(`removed ${alias}`));
  await connection.onDomainEvent('device-removal-failed', ({ alias }) => log.push(`failed ${alias}`));
}
