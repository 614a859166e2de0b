import assert from 'node:assert/strict';
import { MACHINE_FUNCTIONS, MACHINE_VFS, MANAGEMENT_FUNCTION } from '../../../lib/lab/hypervisor/index.js';
import { Outer } from '../support/outer.js';

describe("the lab's hypervisor", function () {
  this.timeout(180_000);
  let outer: Outer;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
  });
  after(() => outer.close());

  const sysfs = (address: string) => `/sys/bus/pci/devices/${address}`;
  const nameOfLink = (address: string, link: string) =>
    outer.sh(`basename $(readlink ${sysfs(address)}/${link})`);

  for (const { id, address, driver, mac, resetMethod } of MACHINE_FUNCTIONS)
    it(`has ${id} at ${address} with driver, MAC address and kinds of reset as listed`, async () => {
      assert.equal(await nameOfLink(address, 'driver'), driver);
      assert.equal(
        await outer.sh(
          `cat ${sysfs(address)}/net/*/address ${sysfs(address)}/virtio*/net/*/address 2>/dev/null || true`,
        ),
        mac,
      );
      assert.equal(await outer.sh(`cat ${sysfs(address)}/reset_method 2>/dev/null || true`), resetMethod);
    });

  it('has the two functions behind the bridge in one IOMMU group, and every other one in its own', async () => {
    const groups = new Map<string, string[]>();
    for (const { id, address } of MACHINE_FUNCTIONS) {
      const group = await nameOfLink(address, 'iommu_group');
      groups.set(group, [...(groups.get(group) ?? []), id]);
    }
    for (const { id, groupWith } of MACHINE_FUNCTIONS)
      assert.ok(
        [...groups.values()].some((members) => members.join() === [id, ...groupWith].sort().join()),
        id,
      );
  });

  it('carries its own SSH on a NIC that is none of them', async () => {
    assert.match(
      await outer.sh(`cat ${sysfs(MANAGEMENT_FUNCTION)}/virtio*/net/*/address`),
      /^52:54:00:6c:61:62$/,
    );
    assert.match(await outer.run('ip', 'route', 'get', '10.0.2.2'), /src 10\.0\.2\.15/);
  });

  it('can give out seven virtual functions, each in an IOMMU group of its own', async () => {
    const igb = MACHINE_FUNCTIONS.find(({ id }) => id === 'igb')?.address ?? '';
    assert.equal(await outer.sh(`cat ${sysfs(igb)}/sriov_totalvfs`), `${MACHINE_VFS}`);
    await outer.sh(`echo ${MACHINE_VFS} >${sysfs(igb)}/sriov_numvfs`);
    const groups = await outer.sh(
      `for f in ${sysfs(igb)}/virtfn*; do basename $(readlink $f/iommu_group); done`,
    );
    assert.equal(new Set(groups.split('\n')).size, MACHINE_VFS);
  });

  it('is as it was after a return to the snapshot, also where a function was taken out of it', async () => {
    await outer.run('touch', '/root/changed');
    await outer.run('virsh', 'undefine', 'inner');
    await outer.unplug('e1000e-b');
    await outer.sh('until [ ! -e /sys/bus/pci/devices/0000:02:00.0 ]; do sleep 0.2; done');
    await outer.restore();
    assert.equal(await outer.run('ls', '/root'), '');
    assert.match(await outer.run('virsh', 'list', '--all', '--name'), /^inner$/m);
    assert.equal(await outer.sh('cat /sys/bus/pci/devices/0000:02:00.0/net/*/address'), '52:54:00:6c:01:02');
    assert.equal(await outer.sh('cat /sys/bus/pci/devices/0000:04:00.0/sriov_numvfs'), '0');
  });

  it('has the time of now after a return to the snapshot', async () => {
    await outer.restore();
    assert.ok(Math.abs(Number(await outer.run('date', '+%s')) - Date.now() / 1000) < 10);
  });
});
