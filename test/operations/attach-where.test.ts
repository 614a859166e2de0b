import assert from 'node:assert/strict';
import type { DomainSetup, NetworkSetup } from 'node-libvirt/simulator';
import { attachTo, refused } from './attaching.js';
import { NO_WORDS, whereIs } from './detaching.js';
import { domainXml } from './domains.js';
import { openWorld, type TestWorld } from './world.js';

const BOTH = { live: true, config: true };
const NEITHER = { live: false, config: false };

describe('attaching a NIC', function () {
  this.timeout(30_000);
  let world: TestWorld;
  const start = async (domain: Partial<DomainSetup> = {}, networks: readonly NetworkSetup[] = []) => {
    world = await openWorld({ domains: [{ xml: domainXml(), ...domain }], networks });
    return world;
  };
  afterEach(() => world[Symbol.asyncDispose]());

  describe('to a network, bridge or device', () => {
    const network = (name: string, active = true) => ({
      xml: `<network><name>${name}</name><bridge name='br9'/></network>`,
      active,
    });

    it('refuses a network that is not there, and names those there are', async () => {
      await start({}, [network('default'), network('other')]);
      await refused(
        world,
        attachTo(world, { type: 'network', network: 'nope' }),
        'network-not-found',
        /default, other/,
      );
    });

    it('refuses a network that is not started', async () => {
      await start({}, [network('default', false)]);
      await refused(
        world,
        attachTo(world, { type: 'network', network: 'default' }),
        'network-inactive',
        /virsh net-start default/,
      );
    });

    it('takes a network that is not started for the persistent definition alone', async () => {
      await start({}, [network('default', false)]);
      const { outcome } = await attachTo(
        world,
        { type: 'network', network: 'default' },
        { affect: { ...NO_WORDS, config: true } },
      );
      assert.equal(outcome, 'done');
    });

    it('refuses a bridge or device that the host does not have', async () => {
      await start();
      world.netdevs.add('eth0');
      await refused(
        world,
        attachTo(world, { type: 'bridge', bridge: 'br7' }),
        'bridge-not-found',
        /ip -br link/,
      );
      await refused(
        world,
        attachTo(world, { type: 'bridge', bridge: 'eth0' }),
        'bridge-not-found',
        /ip -br link/,
      );
      await refused(
        world,
        attachTo(world, { type: 'direct', dev: 'eth7', mode: 'bridge' }),
        'device-not-found',
        /ip -br link/,
      );
    });

    it('looks for its tap on the host', async () => {
      const { daemon } = await start({}, [network('default')]);
      world.netdevs.add('vnet1');
      const { outcome, proof } = await attachTo(world, { type: 'network', network: 'default' });
      assert.deepEqual([outcome, proof.host, proof.target], ['done', 'there', 'vnet1']);
      assert.match(daemon.domain('web1').liveXml ?? '', /vnet1/);
    });

    it('takes it out again when its tap is not on the host', async () => {
      const { daemon } = await start({}, [network('default')]);
      const { outcome, exitCode, mac, summary } = await attachTo(world, {
        type: 'network',
        network: 'default',
      });
      assert.deepEqual([outcome, exitCode], ['failed', 1]);
      assert.match(summary, /vnet1/);
      assert.deepEqual(whereIs(daemon, mac), NEITHER);
    });
  });

  describe('to some of the definitions', () => {
    it('changes the persistent one of a domain that is shut off', async () => {
      const { daemon } = await start({ active: false });
      const { outcome, mac, proof } = await attachTo(world);
      assert.deepEqual([outcome, proof.live, proof.config], ['done', null, 'there']);
      assert.deepEqual(whereIs(daemon, mac), { live: false, config: true });
    });

    it('changes the running one of a transient domain', async () => {
      const { daemon } = await start({ persistent: false });
      const { outcome, mac } = await attachTo(world);
      assert.equal(outcome, 'done');
      assert.deepEqual(whereIs(daemon, mac), { live: true, config: false });
    });

    it('refuses --live of a domain that is shut off, --config of a transient one, --current with others', async () => {
      await start({ active: false });
      await refused(
        world,
        attachTo(world, {}, { affect: { ...NO_WORDS, live: true } }),
        'domain-not-running',
        /--live/,
      );
      await refused(
        world,
        attachTo(world, {}, { affect: { ...NO_WORDS, current: true, live: true } }),
        'affect-conflict',
        /--current/,
      );
      await world[Symbol.asyncDispose]();
      await start({ persistent: false });
      await refused(
        world,
        attachTo(world, {}, { affect: { ...NO_WORDS, config: true } }),
        'domain-transient',
        /--config/,
      );
    });

    const words: readonly [string, boolean, { live: boolean; config: boolean }][] = [
      ['live', true, { live: true, config: false }],
      ['config', true, { live: false, config: true }],
      ['persistent', true, BOTH],
      ['current', true, { live: true, config: false }],
      ['config', false, { live: false, config: true }],
      ['persistent', false, { live: false, config: true }],
      ['current', false, { live: false, config: true }],
    ];
    for (const [word, active, where] of words)
      it(`takes --${word} of a ${active ? 'running' : 'stopped'} domain as virsh does`, async () => {
        const { daemon } = await start({ active });
        const { outcome, mac } = await attachTo(world, {}, { affect: { ...NO_WORDS, [word]: true } });
        assert.equal(outcome, 'done');
        assert.deepEqual(whereIs(daemon, mac), where);
      });
  });
});
