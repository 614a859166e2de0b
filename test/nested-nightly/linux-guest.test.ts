import assert from 'node:assert/strict';
import { startLinuxGuest, type LinuxGuest } from '../../lib/lab/hypervisor/index.js';
import { Outer, OUTER_LAB } from '../nested/support/outer.js';

// An emulated machine in an emulated machine: everything is slow, and nothing here is about speed.
describe('a Linux guest of the lab’s hypervisor', function () {
  this.timeout(1_800_000);
  let outer: Outer;
  let guest: LinuxGuest;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    // The small one: this one answers after 3 minutes, Debian's had not after 20 at a load of 20.
    const spec = {
      name: 'linux',
      machine: 'q35',
      kernel: 'full',
      userland: 'busybox',
      memoryMiB: 256,
    } as const;
    guest = await startLinuxGuest(OUTER_LAB, outer.machine, spec);
  });
  after(() => outer.close());

  const inGuest = async (script: string): Promise<string> => {
    await using channel = await guest.connect();
    const { status, stdout, stderr } = await channel.run(['sh', '-euc', script], { timeoutMs: 120_000 });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  const MAC = '52:54:00:6c:02:01';

  it('finds driver and MAC address of a virtual function that is handed to it', async () => {
    await outer.sh('ip link set enp4s0 up; echo 1 >/sys/bus/pci/devices/0000:04:00.0/sriov_numvfs');
    const { code, stdout, stderr } = await outer.hotnic(
      ...['attach', 'linux', '--vf', 'enp4s0:0', '--mac', MAC, '--guest-channel', 'none'],
    );
    assert.equal(code, 0, `${stderr}${stdout}`);
    const found = await inGuest(
      `until file=$(grep -il ${MAC} /sys/class/net/*/address); do sleep 1; done; basename $(readlink -f "\${file%/address}/device/driver")`,
    );
    assert.equal(found, 'igbvf');
  });

  it('gives it back', async () => {
    const { code, stdout, stderr } = await outer.hotnic('detach', 'linux', MAC, '--guest-channel', 'none');
    assert.equal(code, 0, `${stderr}${stdout}`);
    assert.equal(await inGuest(`grep -il ${MAC} /sys/class/net/*/address || true`), '');
    assert.match(await outer.sh('readlink /sys/bus/pci/devices/0000:04:10.0/driver'), /igbvf$/);
  });
});
