import assert from 'node:assert/strict';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { readDomain } from '../../../lib/xml/domain.js';
import { undoRun } from '../../../lib/operations/recovery/index.js';
import { Outer } from '../support/outer.js';
import { VfWorld } from './vf-world.js';

describe('a whole function, in a guest of the outer machine', function () {
  this.timeout(300_000);
  let outer: Outer;
  let world: VfWorld;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    world = await VfWorld.open(outer, 0);
  });
  after(async () => {
    await world.close();
    await outer.close();
  });

  const E1000E = '0000:01:00.0';
  const SHARED = ['0000:06:01.0', '0000:06:02.0'] as const;
  const driverOf = async (address: string) =>
    await outer.sh(`basename "$(readlink /sys/bus/pci/devices/${address}/driver)"`);
  const given = async () =>
    readDomain(await outer.run('virsh', 'dumpxml', 'inner')).hostdevs.map((one) => one.function);

  it('goes with its addresses kept, and comes back with them', async () => {
    await outer.sh(
      'ip link set enp1s0 up; ip link set enp1s0 mtu 1400; ip address add 192.0.2.9/24 dev enp1s0',
    );
    await assert.rejects(world.attach({ hostdev: E1000E }), (error) => isHotnicError(error, 'has-addresses'));
    assert.deepEqual([await given(), await driverOf(E1000E)], [[], 'e1000e']);
    const report = await world.attach({ hostdev: E1000E }, { force: true });
    assert.equal(report.outcome, 'done', report.summary);
    assert.deepEqual([await given(), await driverOf(E1000E)], [[E1000E], 'vfio-pci']);
    assert.equal(report.proof.alias, 'hostdev0');
    const back = await world.detach('hostdev0');
    assert.equal(back.outcome, 'done', back.summary);
    assert.deepEqual([await given(), await driverOf(E1000E)], [[], 'e1000e']);
    assert.match(await outer.run('ip', '-o', 'address', 'show', 'dev', 'enp1s0'), /192\.0\.2\.9\/24/);
    assert.match(await outer.run('ip', '-o', 'link', 'show', 'dev', 'enp1s0'), /mtu 1400/);
  });

  it('is taken back with the run that gave it away', async () => {
    const report = await world.attach({ hostdev: 'PCI_0000_01_00_0' }, { force: true });
    assert.equal(report.outcome, 'done', report.summary);
    const undone = await undoRun(world.recovering(report.run ?? ''));
    assert.equal(undone.outcome, 'done', undone.summary);
    assert.deepEqual([await given(), await driverOf(E1000E)], [[], 'e1000e']);
    assert.match(await outer.run('ip', '-o', 'address', 'show', 'dev', 'enp1s0'), /192\.0\.2\.9\/24/);
  });

  it('of a group goes alone never, and with the group all come back', async () => {
    const [one, other] = SHARED;
    await assert.rejects(
      world.attach({ hostdev: one }),
      (error) => isHotnicError(error, 'group-shared') && error.message.includes(other),
    );
    const report = await world.attach({ hostdev: one }, { wholeGroup: true });
    assert.equal(report.outcome, 'done', report.summary);
    assert.deepEqual([await driverOf(one), await driverOf(other)], ['vfio-pci', 'vfio-pci']);
    const back = await world.detach(one);
    assert.equal(back.outcome, 'done', back.summary);
    assert.deepEqual([await driverOf(one), await driverOf(other)], ['e1000', 'e1000']);
  });

  it('takes no MAC and no VLAN, and is no management NIC, no port and no stranger', async () => {
    const refusals = [
      [{ hostdev: E1000E, mac: '52:54:00:00:00:71' }, 'hostdev-whole'],
      [{ hostdev: '0000:00:1e.0' }, 'connection-in-use'],
      [{ hostdev: '0000:00:00.0' }, 'not-a-nic'],
      [{ hostdev: '0000:7f:00.0' }, 'function-not-found'],
    ] as const;
    for (const [input, code] of refusals)
      await assert.rejects(world.attach(input), (error) => isHotnicError(error, code));
    assert.deepEqual(await given(), []);
  });
});
