import assert from 'node:assert/strict';
import type { DomainSetup, NetworkSetup } from 'node-libvirt/simulator';
import { attachTo, definitionsOf, refused } from './attaching.js';
import { NO_WORDS, whereIs } from './detaching.js';
import { domainXml, MAC_A, MAC_B, userNic } from './domains.js';
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

  it('puts it into both definitions, at the same address, with the MAC it made', async () => {
    const { daemon } = await start();
    const { outcome, exitCode, mac, proof, xml } = await attachTo(world);
    assert.deepEqual([outcome, exitCode], ['done', 0]);
    assert.match(mac, /^52:54:00:/);
    assert.ok(xml.includes(mac));
    assert.deepEqual(
      [proof.live, proof.config, proof.guest, proof.alias],
      ['there', 'there', 'not-asked', 'net1'],
    );
    assert.deepEqual(whereIs(daemon, mac), BOTH);
    for (const text of Object.values(definitionsOf(world)))
      assert.match(text ?? '', new RegExp(`${mac}[^]*bus='0x02'`));
  });

  it('chooses a slot that is free in both, where they differ in what is taken', async () => {
    await start({
      liveXml: domainXml({ nics: [userNic(MAC_A, 1), userNic(MAC_B, 2)] }),
      xml: domainXml({ nics: [userNic(MAC_A, 1), userNic('52:54:00:00:00:0c', 3)] }),
    });
    const { mac } = await attachTo(world);
    for (const text of Object.values(definitionsOf(world)))
      assert.match(text ?? '', new RegExp(`${mac}[^]*bus='0x04'`));
  });

  it('leaves the choice to libvirt where no slot is free in both', async () => {
    const xml = domainXml({ ports: [1, 2], nics: [userNic(MAC_A, 1)] });
    await start({ xml, liveXml: domainXml({ ports: [1, 2], nics: [userNic(MAC_A, 2)] }) });
    const { outcome, pciPath, mac } = await attachTo(world);
    assert.deepEqual([outcome, pciPath], ['done', null]);
    assert.deepEqual(whereIs(world.daemon, mac), BOTH);
  });

  it('says how many ports are taken, and how to get more, when none is free', async () => {
    await start({ xml: domainXml({ ports: [1] }) });
    await refused(world, attachTo(world), 'no-free-slot', /pcie-root-port/);
  });

  it('makes a MAC that no NIC of either definition has', async () => {
    await start();
    const macs = await Promise.all(
      Array.from({ length: 20 }, async () => (await attachTo(world, {}, { dryRun: true })).mac),
    );
    assert.equal(new Set(macs).size, 20);
    assert.ok(!macs.some((mac) => mac === MAC_A));
  });

  it('refuses a MAC that is taken, in the running or in the persistent definition', async () => {
    await start({
      xml: domainXml({ nics: [userNic(MAC_B, 1)] }),
      liveXml: domainXml({ nics: [userNic(MAC_A, 1)] }),
    });
    for (const mac of [MAC_A, MAC_B, MAC_A.toUpperCase()])
      await refused(world, attachTo(world, { mac }), 'mac-taken', /--force/);
  });

  it('gives two NICs one MAC when that is forced', async () => {
    await start();
    const { outcome, proof } = await attachTo(world, { mac: MAC_A }, { force: true });
    assert.deepEqual([outcome, proof.alias], ['done', 'net1']);
  });

  it('never takes another NIC of that MAC out, nor for its own, when libvirt refuses', async () => {
    const { daemon } = await start();
    const before = definitionsOf(world);
    daemon.fault({ procedure: 'domainAttachDeviceFlags', action: { kind: 'error', code: 1, message: 'no' } });
    const { outcome, exitCode } = await attachTo(
      world,
      { mac: MAC_A },
      { force: true, affect: { ...NO_WORDS, config: true } },
    );
    assert.deepEqual([outcome, exitCode], ['failed', 1]);
    assert.deepEqual(definitionsOf(world), before);
  });

  it('does not take another NIC of that MAC for its own when libvirt only says that it is attached', async () => {
    const { daemon } = await start();
    daemon.fault({
      procedure: 'domainAttachDeviceFlags',
      action: {
        kind: 'before-reply',
        run: () => {
          daemon.domain('web1').configXml = before.configXml;
        },
      },
    });
    const before = definitionsOf(world);
    const { outcome } = await attachTo(
      world,
      { mac: MAC_A },
      { force: true, affect: { ...NO_WORDS, config: true } },
    );
    assert.equal(outcome, 'failed');
    assert.deepEqual(definitionsOf(world), before);
  });

  for (const code of [1, 9, 55, 67, 84])
    it(`is not attached anywhere when libvirt answers error ${code}`, async () => {
      const { daemon } = await start();
      const before = definitionsOf(world);
      daemon.fault({
        procedure: 'domainAttachDeviceFlags',
        action: { kind: 'error', code, message: 'some reason' },
      });
      const { outcome, exitCode, summary, details } = await attachTo(world);
      assert.deepEqual([outcome, exitCode], ['failed', 1]);
      assert.match(summary, /some reason/);
      assert.match(details.join('\n'), /state: nothing is attached/);
      assert.deepEqual(definitionsOf(world), before);
    });

  it('names the cure that is known for libvirt’s words', async () => {
    const { daemon } = await start();
    daemon.fault({
      procedure: 'domainAttachDeviceFlags',
      action: { kind: 'error', code: 1, message: 'internal error: No more available PCI slots' },
    });
    assert.match((await attachTo(world)).next ?? '', /pcie-root-port/);
  });

  it('takes it out again, over another connection, when the first breaks after libvirt attached it', async () => {
    const { daemon } = await start();
    daemon.fault({ procedure: 'domainAttachDeviceFlags', action: { kind: 'drop-after' } });
    const { outcome, exitCode, mac, details, summary } = await attachTo(world);
    assert.deepEqual([outcome, exitCode], ['failed', 1]);
    assert.match(summary, /connection to libvirt was lost/);
    assert.match(details.join('\n'), /undone: attach-device/);
    assert.deepEqual(whereIs(daemon, mac), NEITHER);
  });

  it('says what to type when it could not be taken out again', async () => {
    const { daemon } = await start();
    daemon.fault({
      procedure: 'domainAttachDeviceFlags',
      action: {
        kind: 'before-reply',
        run: () => {
          daemon.fault({ procedure: 'domainGetXmlDesc', times: Infinity, action: { kind: 'drop' } });
        },
      },
    });
    const { outcome, exitCode, mac, next, details } = await attachTo(world);
    assert.deepEqual([outcome, exitCode], ['half', 5]);
    assert.deepEqual(whereIs(daemon, mac), BOTH);
    assert.equal(next, `hotnic detach web1 ${mac}`);
    assert.match(details.join('\n'), /not undone: attach-device/);
  });

  it('shows XML and steps in a dry run, and changes nothing', async () => {
    await start();
    const before = definitionsOf(world);
    const { outcome, run, plan, xml, checkedBy } = await attachTo(
      world,
      { pci: '0000:04:00.0' },
      { dryRun: true },
    );
    assert.deepEqual([outcome, run], ['planned', null]);
    assert.match(xml, /<interface type=['"]user['"]/);
    assert.match(xml, /bus=['"]0x04['"]/);
    assert.notEqual(checkedBy, '');
    assert.deepEqual(
      plan.map(({ step }) => step),
      ['attach-device', 'prove-definitions', 'prove-guest'],
    );
    assert.deepEqual(definitionsOf(world), before);
    assert.ok(!world.daemon.calls.some(({ procedure }) => procedure.startsWith('domainAttach')));
  });

  it('refuses to wait for an address where nobody is asked for one', async () => {
    await start();
    await refused(world, attachTo(world, {}, { waitIp: true }), 'wait-ip-conflict', /--wait-ip/);
  });

  it('watches whether it stays, and says that it left by itself', async () => {
    const { daemon } = await start();
    const leaves = (name: string, phase: string) => {
      if (name === 'settle' && phase === 'begin') daemon.domain('web1').release('net1');
    };
    const running = attachTo(
      world,
      {},
      { settleMs: 3000, progress: { info() {}, waiting() {}, step: leaves } },
    );
    const { outcome, exitCode, summary, mac } = await running;
    assert.deepEqual([outcome, exitCode], ['failed', 1]);
    assert.match(summary, /left web1 again by itself/);
    assert.deepEqual(whereIs(daemon, mac), NEITHER);
  });
});
