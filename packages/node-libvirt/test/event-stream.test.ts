import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { EventOverflowError } from '../src/index.js';
import { q35 } from './support/domain-xml.js';
import { simulated } from './support/simulated.js';

const setup = { domains: [{ xml: q35('one') }, { xml: q35('two') }] };

describe('events to iterate over', () => {
  it('come one by one, and the daemon forgets the registration when the loop is left', async () => {
    await using sim = await simulated(setup);
    const one = await sim.connection.domainLookupByName('one');
    const seen: string[] = [];
    const loop = (async () => {
      for await (const { kind, alias, domain } of one.events('device-removed')) {
        seen.push(`${kind} ${domain.name} ${alias}`);
        if (seen.length === 2) break;
      }
    })();
    await sim.connection.getHostname();
    assert.equal(sim.daemon.registrations, 1);
    sim.daemon.emit('device-removed', sim.daemon.domain('two'), { devAlias: 'net9' });
    sim.daemon.emit('device-removed', sim.daemon.domain('one'), { devAlias: 'net0' });
    sim.daemon.emit('device-removed', sim.daemon.domain('one'), { devAlias: 'net1' });
    await loop;
    assert.deepEqual(seen, ['device-removed one net0', 'device-removed one net1']);
    assert.equal(sim.daemon.registrations, 0);
  });

  it('are kept from the moment they are asked for, before the registration is confirmed', async () => {
    await using sim = await simulated(setup);
    const procedure = 'connectDomainEventCallbackRegisterAny';
    const run = (): void => {
      sim.daemon.domain('one').release('net0');
    };
    sim.daemon.fault({ procedure, action: { kind: 'before-reply', run } });
    await using events = sim.connection.events('domain', 'device-removed');
    await events.ready;
    const { value } = await events.next();
    assert.equal(value?.alias, 'net0');
  });

  it('end with an error of their own when more of them wait than are kept, those first', async () => {
    await using sim = await simulated(setup);
    const events = sim.connection.events('domain', 'device-added', { limit: 2 });
    await events.ready;
    for (const devAlias of ['net1', 'net2', 'net3', 'net4']) {
      sim.daemon.emit('device-added', sim.daemon.domain('one'), { devAlias });
    }
    await sim.connection.getHostname();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { alias } of events) seen.push(alias);
    })();
    await assert.rejects(reading, (error) => error instanceof EventOverflowError && error.limit === 2);
    assert.deepEqual(seen, ['net1', 'net2']);
    await sim.connection.getHostname();
    assert.equal(sim.daemon.registrations, 0);
    assert.deepEqual(await events.next(), { done: true, value: undefined }, 'the error is told once');
  });

  it('end with the reason of their signal', async () => {
    await using sim = await simulated(setup);
    const controller = new AbortController();
    const events = sim.connection.events('domain', 'lifecycle', { signal: controller.signal });
    await events.ready;
    const waiting = events.next();
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await sim.connection.getHostname();
    assert.equal(sim.daemon.registrations, 0);
  });

  it('end with what ended the connection, and quietly when this side closed it', async () => {
    await using sim = await simulated(setup);
    const lost = sim.connection.events('domain', 'lifecycle');
    await lost.ready;
    const waiting = lost.next();
    sim.daemon.dropConnections();
    await assert.rejects(waiting, { name: 'ConnectionLostError' });
    const other = await sim.again();
    const quiet = other.events('domain', 'lifecycle');
    await quiet.ready;
    const last = quiet.next();
    await other.close();
    assert.deepEqual(await last, { done: true, value: undefined });
  });

  it('end with the error of a registration that failed', async () => {
    await using sim = await simulated(setup);
    const procedure = 'connectDomainEventCallbackRegisterAny';
    sim.daemon.fault({ procedure, action: { kind: 'error', code: 3, message: 'not here' } });
    const events = sim.connection.events('domain', 'lifecycle');
    await assert.rejects(events.next(), { name: 'LibvirtError', message: /not here/ });
    // What nobody looks at must not end the process.
    const ignored = sim.connection.events('network', 'lifecycle');
    await setImmediate();
    await ignored.close();
  });

  it('leave no waiting taker behind when they are closed from elsewhere', async () => {
    await using sim = await simulated(setup);
    const events = sim.connection.events('domain', 'lifecycle');
    const takers = [events.next(), events.next()];
    await events.close();
    for (const taker of takers) assert.deepEqual(await taker, { done: true, value: undefined });
    assert.equal(sim.daemon.registrations, 0);
  });
});
