import assert from 'node:assert/strict';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { Outer } from '../support/outer.js';
import { Nodedevs } from './nodedevs.js';

// How often each sequence runs: ten times take an hour beside other labs.
const ROUNDS = Number(process.env['HOTNIC_NODEDEV_ROUNDS'] ?? '2');
const E1000E = '0000:02:00.0';
const VIRTIO = '0000:03:00.0';
const PF = '0000:04:00.0';
const VF = '0000:04:10.2';
const SHARED = ['0000:06:01.0', '0000:06:02.0'] as const;

describe('functions of a real host', function () {
  this.timeout(1_200_000);
  let outer: Outer;
  let nodedevs: Nodedevs;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    nodedevs = await Nodedevs.open(outer);
    await outer.sh(`ip link set enp4s0 up; echo 2 > /sys/bus/pci/devices/${PF}/sriov_numvfs; udevadm settle`);
    await outer.run('virsh', 'start', 'inner');
  });
  after(async () => {
    await nodedevs[Symbol.asyncDispose]();
    await outer.close();
  });

  const hostdev = (address: string) => {
    const [domain, bus, slot, fn] = address.split(/[:.]/);
    return `<hostdev mode='subsystem' type='pci' managed='no'><source><address domain='0x${domain ?? ''}' bus='0x${bus ?? ''}' slot='0x${slot ?? ''}' function='0x${fn ?? ''}'/></source></hostdev>`;
  };
  const virsh = (verb: string, address: string) =>
    outer.sh(`echo "${hostdev(address)}" > /tmp/hostdev.xml; virsh ${verb} inner /tmp/hostdev.xml --live`);
  const gone = (address: string) =>
    outer.sh(
      `g=$(readlink /sys/bus/pci/devices/${address}/iommu_group); for i in $(seq 100); do virsh dumpxml inner | grep -q '<hostdev' || exit 0; sleep 0.1; done; echo "still there \${g##*/}"; exit 1`,
    );

  it('are listed with driver, group, netdev, VFs, ways to reset', async () => {
    const { functions } = await nodedevs.list();
    const at = (address: string) => functions.find((one) => one.function.address === address);
    assert.deepEqual(at(E1000E)?.function.resetMethods, ['pm', 'bus']);
    assert.deepEqual(at(VF)?.function.virtual, { physicalFunction: PF, index: 1 });
    assert.deepEqual(at(SHARED[0])?.function.iommuGroup?.members, SHARED);
    assert.equal(at(PF)?.function.physical?.vfs.length, 2);
    assert.ok(functions.every(({ verdict }) => verdict.kind === 'healthy'));
  });

  for (const [name, device, wholeGroup, resets] of [
    ['an e1000e without FLR', E1000E, false, true],
    ['a VF', VF, false, true],
    ['a virtio-net', VIRTIO, false, true],
    ['a function of a shared group', SHARED[0], true, false],
  ] as const)
    it(`${name} goes to a guest and comes back, ${ROUNDS} times, and is as it was`, async () => {
      const members = wholeGroup ? SHARED : [device];
      const netdevs = (await nodedevs.list()).functions
        .filter((one) => members.some((member) => member === one.function.address))
        .flatMap((one) => one.function.netdevs.map(({ name: netdev }) => netdev));
      const [netdev = ''] = netdevs;
      await outer.sh(
        `ip link set ${netdev} mtu 1400 up; ip address replace 192.0.2.4/24 dev ${netdev}; ip route replace 198.51.100.0/24 via 192.0.2.1 dev ${netdev} metric 7`,
      );
      const shown = async () => (await Promise.all(netdevs.map((one) => nodedevs.shown(one)))).join('\n');
      const drivers = await Promise.all(members.map((one) => nodedevs.driverOf(one)));
      const before = await shown();
      const told = { wholeGroup, force: { addresses: true, defaultRoute: false } };
      if (wholeGroup) await refused('group-shared', /0000:06:02\.0/, nodedevs.change('detach', device));
      for (let round = 0; round < ROUNDS; round += 1) {
        const away = await nodedevs.change('detach', device, told);
        assert.equal(away.outcome, 'done', away.summary);
        for (const one of members) assert.equal(await nodedevs.driverOf(one), 'vfio-pci');
        for (const time of ['before a guest', 'after a guest']) {
          if (resets) {
            const reset = await nodedevs.change('reset', device);
            assert.equal(reset.outcome, 'done', `${time}: ${reset.summary} ${reset.details.join('; ')}`);
            assert.match(reset.summary, /seen in its/);
          }
          if (time === 'after a guest') break;
          await virsh('attach-device', device);
          await refused(
            'function-in-use',
            /running definition of inner/,
            nodedevs.change('reattach', device, told),
          );
          await refused('function-in-use', /running definition of inner/, nodedevs.change('reset', device));
          await virsh('detach-device', device);
          await gone(device);
        }
        const home = await nodedevs.change('reattach', device, told);
        assert.equal(home.outcome, 'done', `${home.summary} ${home.details.join('; ')}`);
        assert.deepEqual(await Promise.all(members.map((one) => nodedevs.driverOf(one))), drivers);
        assert.equal(await shown(), before);
      }
      await outer.sh(`ip address flush dev ${netdev}; ip link set ${netdev} down mtu 1500`);
    });

  it('are refused, each for its reason, and nothing is changed', async () => {
    await outer.sh('ip link set enp1s0 up; ip address replace 192.0.2.8/24 dev enp1s0');
    const drivers = () =>
      outer.sh('for d in /sys/bus/pci/devices/*; do echo "$d $(readlink $d/driver)"; done');
    const before = await drivers();
    await refused('connection-in-use', /enp0s30/, nodedevs.change('detach', '00:1e.0'));
    await refused('has-addresses', /192\.0\.2\.8/, nodedevs.change('detach', 'PCI_0000_01_00_0'));
    await refused('bus-mate-active', /0000:06:02\.0 \(e1000\)/, nodedevs.change('reset', SHARED[0]));
    await refused('no-reset-method', /recover goes on/, nodedevs.change('reset', SHARED[1]));
    await refused('function-is-bridge', /port/, nodedevs.change('reset', '00:11.0'));
    await refused('function-name', /type 0000:02:00\.0/, nodedevs.change('detach', 'enp2s0'));
    await refused('function-name', /another kind/, nodedevs.change('detach', 'computer'));
    await refused('function-not-found', /no PCI function/, nodedevs.change('detach', '0000:77:00.0'));
    await outer.sh('ip link set enp4s0v1 up; ip address replace 192.0.2.9/24 dev enp4s0v1');
    await refused('vfs-in-use', /enp4s0v1/, nodedevs.change('detach', PF));
    await outer.sh('ip address flush dev enp4s0v1; ip link set enp4s0v1 down; ip address flush dev enp1s0');
    assert.equal(await drivers(), before);
  });

  it('that a stopped QEMU holds are named with it, within the deadline, and libvirtd still answers', async () => {
    await nodedevs.change('detach', E1000E);
    const group =
      (await outer.sh(`readlink /sys/bus/pci/devices/${E1000E}/iommu_group`)).split('/').at(-1) ?? '';
    await outer.sh(
      `nohup qemu-system-x86_64 -name guest=lost -M pc -m 16 -display none -S -device vfio-pci,host=${E1000E} >/tmp/lost.log 2>&1 & echo $! > /tmp/lost.pid; ` +
        `for i in $(seq 300); do ls -l /proc/$(cat /tmp/lost.pid)/fd | grep -q 'vfio/${group}$' && break; sleep 0.1; done; kill -STOP $(cat /tmp/lost.pid)`,
    );
    const since = Date.now();
    await refused('function-held', /pid \d+, guest lost/, nodedevs.change('reattach', E1000E));
    assert.ok(Date.now() - since < 60_000);
    assert.match(await outer.run('virsh', 'nodedev-list', '--cap', 'net'), /net_/);
    const [listed] = (await nodedevs.list()).functions.filter((one) => one.function.address === E1000E);
    assert.ok(listed);
    assert.deepEqual(
      listed.users.holders.map(({ guest }) => guest),
      ['lost'],
    );
    assert.equal(listed.function.driverOverride.state, 'not-read');
    await outer.sh('kill -KILL $(cat /tmp/lost.pid); sleep 1');
    const home = await nodedevs.change('reattach', E1000E);
    assert.equal(home.outcome, 'done', home.summary);
  });

  async function refused(code: string, text: RegExp, doing: Promise<unknown>): Promise<void> {
    await assert.rejects(doing, (error) => {
      assert.ok(isHotnicError(error, code), String(error));
      assert.match(`${error.message} ${error.details.next ?? ''}`, text);
      return true;
    });
  }
});
