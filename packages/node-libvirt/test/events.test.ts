import assert from 'node:assert/strict';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { DomainLifecycle, type DomainEvent } from '../src/index.js';
import { q35 } from './support/domain-xml.js';
import { simulated } from './support/simulated.js';

const setup = { domains: [{ xml: q35('one') }, { xml: q35('two') }] };

describe('domain events', () => {
  it('reach their listener with the domain and what happened', async () => {
    await using sim = await simulated(setup);
    const seen: DomainEvent[] = [];
    const keep = (event: DomainEvent): void => void seen.push(event);
    await sim.connection.onDomainEvent('lifecycle', keep);
    await sim.connection.onDomainEvent('agent-lifecycle', keep);
    await sim.connection.onDomainEvent('metadata-change', keep);
    await sim.connection.onDomainEvent('reboot', keep);
    const domain = await sim.connection.domainLookupByName('one');
    await domain.suspend();
    sim.daemon.emit('agent-lifecycle', sim.daemon.domain('one'), { state: 1, reason: 2 });
    await domain.setMetadata(1, 'a title', null, null, 3);
    await domain.reboot();
    assert.deepEqual(
      seen.map(({ domain: { name }, kind, ...rest }) => ({ name, kind, ...rest })),
      [
        { name: 'one', kind: 'lifecycle', event: DomainLifecycle.SUSPENDED, detail: 0 },
        { name: 'one', kind: 'agent-lifecycle', state: 1, reason: 2 },
        { name: 'one', kind: 'metadata-change', type: 1, uri: null },
        { name: 'one', kind: 'reboot' },
      ],
    );
    assert.equal(await seen[0]?.domain.isActive(), true, 'the domain in an event can be used');
  });

  it('can be those of one domain alone', async () => {
    await using sim = await simulated(setup);
    const seen: string[] = [];
    const domain = await sim.connection.domainLookupByName('two');
    await domain.onEvent('device-removed', (event) => seen.push(`${event.domain.name} ${event.alias}`));
    sim.daemon.domain('one').release('net0');
    sim.daemon.domain('two').release('net0');
    await sim.connection.getHostname();
    assert.deepEqual(seen, ['two net0']);
  });

  it('that overtake the confirmation of their registration are delivered', async () => {
    await using sim = await simulated(setup);
    const run = (): void => {
      sim.daemon.domain('one').release('net0');
    };
    sim.daemon.fault({
      procedure: 'connectDomainEventCallbackRegisterAny',
      action: { kind: 'before-reply', run },
    });
    const seen: string[] = [];
    await sim.connection.onDomainEvent('device-removed', ({ alias }) => seen.push(alias));
    assert.deepEqual(seen, ['net0']);
  });

  it('go to each of several registrations once, also while they are being made at the same time', async () => {
    await using sim = await simulated(setup);
    const run = (): void => {
      sim.daemon.domain('one').release('net0');
    };
    const procedure = 'connectDomainEventCallbackRegisterAny';
    sim.daemon.fault({ procedure, after: 1, action: { kind: 'before-reply', run } });
    const seen: string[] = [];
    await Promise.all([
      sim.connection.onDomainEvent('device-removed', ({ alias }) => seen.push(`a ${alias}`)),
      sim.connection.onDomainEvent('device-removed', ({ alias }) => seen.push(`b ${alias}`)),
    ]);
    await sim.connection.getHostname();
    assert.deepEqual(seen.sort(), ['a net0', 'b net0']);
  });

  it('stop with close(), and the daemon forgets the registration', async () => {
    await using sim = await simulated(setup);
    const seen: string[] = [];
    const subscription = await sim.connection.onDomainEvent('device-removed', ({ alias }) =>
      seen.push(alias),
    );
    assert.equal(sim.daemon.registrations, 1);
    // Five slow calls keep the daemon from reading the deregistration at once.
    sim.daemon.fault({ procedure: 'connectGetHostname', times: 5, action: { kind: 'delay', ms: 20 } });
    for (let call = 0; call < 5; call += 1) void sim.connection.getHostname();
    const closing = subscription.close();
    sim.daemon.domain('one').release('net0');
    await closing;
    await subscription.close();
    assert.equal(sim.daemon.registrations, 0);
    assert.deepEqual(seen, []);
  });

  it('stop with their signal', async () => {
    await using sim = await simulated(setup);
    const controller = new AbortController();
    await sim.connection.onDomainEvent('device-removed', () => undefined, { signal: controller.signal });
    controller.abort();
    await sim.connection.getHostname();
    assert.equal(sim.daemon.registrations, 0);
  });

  it('whose registration was given up are deregistered when its reply comes after all', async () => {
    await using sim = await simulated(setup);
    const procedure = 'connectDomainEventCallbackRegisterAny';
    sim.daemon.fault({ procedure, action: { kind: 'delay', ms: 20 } });
    const pending = sim.connection.onDomainEvent('device-removed', () => undefined, { timeoutMs: 5 });
    await assert.rejects(pending, { name: 'CallTimeoutError' });
    assert.equal(sim.daemon.registrations, 1);
    await sleep(40);
    assert.equal(sim.daemon.registrations, 0);
  });

  it('are forgotten by the daemon when the client goes, and close() does not fail then', async () => {
    await using sim = await simulated(setup);
    const subscription = await sim.connection.onDomainEvent('lifecycle', () => undefined);
    sim.daemon.dropConnections();
    await sim.connection.closed;
    await setImmediate();
    assert.equal(sim.daemon.registrations, 0);
    await subscription.close();
  });

  it('whose listener throws do not end the connection; the error is not swallowed', async () => {
    await using sim = await simulated(setup);
    await sim.connection.onDomainEvent('device-removed', () => {
      throw new Error('a mistake in a listener');
    });
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const caught = new Promise<Error>((resolve) => process.once('uncaughtException', resolve));
    sim.daemon.domain('one').release('net0');
    const error = await caught;
    for (const listener of others) process.on('uncaughtException', listener);
    assert.match(error.message, /a mistake in a listener/);
    assert.equal(await sim.connection.getHostname(), 'simulator');
  });
});
