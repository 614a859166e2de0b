import assert from 'node:assert/strict';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import type { VfRequest } from '../../../lib/operations/passthrough/prepare-vf.js';
import type { InterfaceInput } from '../../../lib/xml/interface-spec.js';
import { Outer } from '../support/outer.js';
import { PF, VfWorld } from './vf-world.js';

const MAC = '52:54:00:00:00:51';

describe('a VF of igb, in a guest of the outer machine', function () {
  this.timeout(300_000);
  let outer: Outer;
  let world: VfWorld;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    world = await VfWorld.open(outer, 7);
  });
  after(async () => {
    await world.close();
    await outer.close();
  });
  /** Driver, netdev and MAC of every VF, as sysfs has them. */
  const vfs = () =>
    outer.sh(
      `for i in 0 1 2 3 4 5 6; do d=/sys/bus/pci/devices/${PF.address}/virtfn$i; echo "$i $(basename $(readlink $d/driver)) $(cd $d/net 2>/dev/null && echo * && cat */address)"; done`,
    );

  it('has the row that was asked for, and its own again afterwards', async () => {
    const before = { rows: await world.rows(), vfs: await vfs() };
    const report = await world.attach(
      { vf: { pf: PF.netdev }, mac: MAC, vlan: { tags: [{ id: 42 }] } },
      { vf: { settings: { trust: true, spoofCheck: false }, createVfs: null } },
    );
    assert.equal(report.outcome, 'done', report.summary);
    const index = report.vf?.index ?? -1;
    const row = (await world.rows())[index];
    assert.deepEqual([row?.mac, row?.vlan, row?.trust, row?.spoofCheck], [MAC, 42, true, false]);
    assert.match(await vfs(), new RegExp(`^${index} vfio-pci`, 'm'));
    const back = await world.detach(MAC);
    assert.equal(back.outcome, 'done', back.summary);
    assert.deepEqual(
      back.warnings.filter((text) => text.includes('VF')),
      [],
    );
    assert.deepEqual(await world.rows(), before.rows);
    assert.equal(await vfs(), before.vfs);
  });

  it('is one of seven, given and taken twice, and every row is as before', async function () {
    this.timeout(900_000);
    const before = { rows: await world.rows(), vfs: await vfs() };
    for (const round of [1, 2]) {
      const macs = [0, 1, 2, 3, 4, 5, 6].map((nth) => `52:54:00:00:0${round}:0${nth}`);
      for (const mac of macs) {
        const { outcome, summary } = await world.attach({ vf: { pf: PF.address }, mac });
        assert.equal(outcome, 'done', summary);
      }
      await assert.rejects(
        world.attach({ vf: { pf: PF.netdev } }),
        (error) => isHotnicError(error, 'no-free-vf') && /definition of inner/.test(error.details.why ?? ''),
      );
      await assert.rejects(
        world.attach({ vf: { pf: PF.netdev } }, { vf: { settings: {}, createVfs: 3 } }),
        (error) => isHotnicError(error, 'vfs-in-use'),
      );
      for (const mac of macs) {
        const { outcome, summary } = await world.detach(mac);
        assert.equal(outcome, 'done', summary);
      }
      assert.deepEqual(await world.rows(), before.rows);
      assert.equal(await vfs(), before.vfs);
    }
  });

  const refused: readonly [string, Partial<InterfaceInput>, VfRequest['settings'], RegExp][] = [
    ['a link state, which igb does not know', {}, { linkState: 'enable' }, /does not know state/],
    [
      'a rate at least, which igb does not take',
      {},
      { minTxRate: 10, maxTxRate: 100 },
      /does not take that value/,
    ],
  ];
  for (const [what, input, settings, why] of refused)
    it(`does not get ${what}: nothing stays changed`, async () => {
      const before = await world.rows();
      const report = await world.attach(
        { vf: { pf: PF.netdev }, mac: MAC, ...input },
        { vf: { settings: { trust: true, ...settings }, createVfs: null } },
      );
      assert.equal(report.outcome, 'failed', report.summary);
      assert.match(report.details.join('; '), why);
      assert.deepEqual(await world.rows(), before);
      assert.doesNotMatch(await outer.run('virsh', 'dumpxml', 'inner'), new RegExp(MAC));
    });

  it('is refused while its PF is down, and where it is a number too far', async () => {
    await assert.rejects(world.attach({ vf: { pf: PF.netdev, index: 7 } }), (error) =>
      isHotnicError(error, 'vf-beyond-count'),
    );
    await outer.run('ip', 'link', 'set', 'dev', PF.netdev, 'down');
    try {
      await assert.rejects(world.attach({ vf: { pf: PF.netdev } }), (error) =>
        isHotnicError(error, 'pf-not-up'),
      );
    } finally {
      await outer.run('ip', 'link', 'set', 'dev', PF.netdev, 'up');
    }
  });
});
