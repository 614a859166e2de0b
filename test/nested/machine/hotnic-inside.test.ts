import assert from 'node:assert/strict';
import { Outer } from '../support/outer.js';

describe("hotnic in the lab's hypervisor", function () {
  this.timeout(180_000);
  let outer: Outer;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
  });
  after(() => outer.close());

  it('finds what it needs', async () => {
    const { code, stdout, stderr } = await outer.hotnic('doctor');
    assert.match(stdout, /libvirt/i, stderr);
    assert.ok(code === 0 || code === 1, stderr);
  });

  it('lists the NICs of a guest', async () => {
    await outer.run('virsh', 'start', 'inner');
    await outer.run(
      ...['virsh', 'attach-interface', 'inner', 'network', 'default'],
      ...['--model', 'e1000', '--mac', '52:54:00:11:22:33', '--live'],
    );
    const { code, stdout, stderr } = await outer.hotnic('list', 'inner', '--guest-channel', 'none');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /52:54:00:11:22:33/);
  });

  it('detaches an emulated NIC from a guest that agrees to everything', async () => {
    const { code, stdout, stderr } = await outer.hotnic(
      ...['detach', 'inner', '52:54:00:11:22:33', '--guest-channel', 'none'],
    );
    assert.equal(code, 0, `${stderr}${stdout}`);
    assert.doesNotMatch(await outer.run('virsh', 'domiflist', 'inner'), /52:54:00:11:22:33/);
  });

  it('does not call it done while the guest does not answer', async () => {
    await outer.run(
      ...['virsh', 'attach-interface', 'inner', 'network', 'default'],
      ...['--model', 'e1000', '--mac', '52:54:00:11:22:44', '--live'],
    );
    await outer.run('virsh', 'suspend', 'inner');
    const { code } = await outer.hotnic(
      ...['detach', 'inner', '52:54:00:11:22:44', '--guest-channel', 'none', '--timeout', '3'],
    );
    assert.equal(code, 3);
  });
});
