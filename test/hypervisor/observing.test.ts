import assert from 'node:assert/strict';
import type { Connection } from 'node-libvirt';
import { acting, isLost, observing } from '../../lib/hypervisor/observing.js';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import { domainXml } from '../operations/domains.js';
import { openWorld, type TestWorld } from '../operations/world.js';

describe('a libvirt daemon that is restarted', () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await openWorld({ domains: [{ xml: domainXml({}) }] });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const name = async (connection: Connection) => (await connection.domainLookupByName('web1')).name;

  it('is asked again over a new connection, by those who observe and those who act', async () => {
    const { daemon, hypervisor } = world;
    const first = await hypervisor.observe();
    daemon.dropConnections();
    assert.equal(await observing(hypervisor, name), 'web1');
    assert.notEqual(await hypervisor.observe(), first);
    assert.equal(await acting(hypervisor, name), 'web1');
  });

  it('is asked twice at the most', async () => {
    const { daemon, hypervisor } = world;
    let calls = 0;
    daemon.fault({ procedure: 'domainLookupByName', times: Infinity, action: { kind: 'drop' } });
    const work = (connection: Connection) => {
      calls += 1;
      return name(connection);
    };
    await assert.rejects(observing(hypervisor, work), isLost);
    assert.equal(calls, 2);
  });

  it('is not asked again for an error of another kind', async () => {
    let calls = 0;
    const fails = () => {
      calls += 1;
      return Promise.reject(new HotnicError('other', 'something else'));
    };
    await assert.rejects(acting(world.hypervisor, fails), { code: 'other' });
    assert.equal(calls, 1);
  });
});
