import assert from 'node:assert/strict';
import { explain } from '../../../lib/operations/ghosts/explain.js';
import { ghostsOf } from '../../../lib/operations/ghosts/findings.js';
import type { Finding, Scan } from '../../../lib/operations/ghosts/scan-types.js';
import { Outer } from '../support/outer.js';
import { hostdev, PF, vfNic } from './devices.js';
import { Ghosts } from './looking.js';

// libvirtd is killed, its memory of the guest lost, and started again; what is done in between is the argument.
const LOSE_STATUS = (between: string) => `
  # systemd would start it again at once, with its memory.
  mkdir -p /run/systemd/system/libvirtd.service.d
  printf '[Service]\\nRestart=no\\n' >/run/systemd/system/libvirtd.service.d/once.conf
  systemctl daemon-reload
  pid=$(cat /run/libvirt/qemu/inner.pid)
  systemctl stop libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket 2>/dev/null || true
  systemctl kill -s KILL libvirtd.service || true
  until ! pgrep -x libvirtd >/dev/null; do sleep 0.1; done
  ${between}
  rm -f /run/libvirt/qemu/inner.*
  systemctl reset-failed libvirtd || true
  systemctl start libvirtd
  until virsh list --all >/dev/null 2>&1; do sleep 0.2; done`;

const orphans = (scan: Scan) =>
  ghostsOf(scan).map(({ nic, verdict }) => [
    nic.target ?? nic.mac,
    verdict.kind,
    nic.sightings.host?.facts['orphan'] ?? null,
  ]);

const driverOf = (outer: Outer, address: string) =>
  outer.sh(`basename $(readlink /sys/bus/pci/devices/${address}/driver || echo none)`);

const attach = async (outer: Outer, xml: string, ...flags: string[]) => {
  await outer.sh(`cat >/tmp/device.xml <<'XML'\n${xml}\nXML`);
  await outer.run('virsh', 'attach-device', 'inner', '/tmp/device.xml', ...flags);
};

describe('functions that did not come back', function () {
  this.timeout(600_000);
  let outer: Outer;
  let ghosts: Ghosts;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    ghosts = await Ghosts.open(outer);
    await outer.sh(`ip link set enp4s0 up; echo 2 >/sys/bus/pci/devices/${PF}/sriov_numvfs; udevadm settle`);
  });
  after(async () => {
    await ghosts[Symbol.asyncDispose]();
    await outer.close();
  });

  it('are none while a guest has them, a definition of a shut-off domain wants them, or a program like DPDK holds them', async () => {
    await outer.run('virsh', 'nodedev-detach', 'pci_0000_02_00_0');
    await outer.sh(`cat >/tmp/parked.xml <<'XML'
      <domain type='qemu'><name>parked</name><memory>16384</memory><os><type>hvm</type></os>
      <devices>${hostdev('0000:02:00.0', 'no')}</devices></domain>
XML
      virsh define /tmp/parked.xml`);
    await outer.sh('virsh nodedev-detach pci_0000_06_01_0; virsh nodedev-detach pci_0000_06_02_0');
    await outer.sh(`group=$(basename $(readlink /sys/bus/pci/devices/0000:06:01.0/iommu_group))
      setsid sh -c "exec 3<>/dev/vfio/$group; exec sleep 3600" >/dev/null 2>&1 </dev/null &`);
    await outer.run('virsh', 'nodedev-detach', 'pci_0000_01_00_0');
    await outer.run('virsh', 'start', 'inner');
    await attach(outer, hostdev('0000:01:00.0', 'no'), '--live');
    await attach(outer, vfNic('0000:04:10.0', '52:54:00:aa:00:01', 42), '--live');
    const scan = await ghosts.scan();
    assert.deepEqual(orphans(scan), []);
    const [inner] = scan.domains.filter(({ domain }) => domain === 'inner');
    const nic = inner?.nics.find((one) => one.nic.mac === '52:54:00:aa:00:01');
    assert.deepEqual(
      [nic?.nic.target, nic?.nic.sightings.host?.facts['driver'], nic?.nic.sightings.host?.facts['held']],
      ['0000:04:10.0', 'vfio-pci', 'held'],
    );
  });

  it('are named once QEMU was killed and libvirtd has lost its status, each for what it is', async () => {
    await outer.sh(LOSE_STATUS('kill -9 $pid; until [ ! -e /proc/$pid ]; do sleep 0.1; done'));
    await ghosts[Symbol.asyncDispose]();
    ghosts = await Ghosts.open(outer);
    await outer.sh(`virsh nodedev-detach pci_0000_03_00_0
      echo 0000:03:00.0 >/sys/bus/pci/drivers/vfio-pci/unbind
      ip link set enp4s0 vf 1 mac 52:54:00:aa:00:02 vlan 7`);
    assert.deepEqual(orphans(await ghosts.scan()).sort(), [
      ['0000:01:00.0', 'passthrough-orphan', 'unused'],
      ['0000:03:00.0', 'passthrough-orphan', 'driverless'],
      ['0000:04:10.0', 'passthrough-orphan', 'unused'],
      ['0000:04:10.2', 'passthrough-orphan', 'residue'],
    ]);
  });

  it('are explained with what a guest has left, what libvirt has kept, and what would be done', async () => {
    const { finding, symptoms, remedies } = explain(await ghosts.scan(), '0000:04:10.0');
    const evidence = finding.verdict.evidence.join('\n');
    assert.match(evidence, /VF 0 has MAC 52:54:00:aa:00:01, VLAN 42/);
    assert.match(evidence, /enp4s0_vf0: MAC none, VLAN none|enp4s0_vf0: MAC none, VLAN 0/);
    assert.ok(symptoms.some(({ id }) => id === 'vf-kept-values'));
    assert.deepEqual(
      remedies[0]?.acts.map(({ act }) => act),
      ['function-reset', 'vf-set', 'function-reattach', 'saved-vf-drop'],
    );
  });

  it('are cured: on their drivers, with netdevs, and the VFs without what the guest had', async () => {
    const { exitCode, treatments } = await ghosts.clean();
    assert.deepEqual(
      [exitCode, ...treatments.map(({ outcome }) => outcome)],
      [0, 'done', 'done', 'done', 'done'],
      treatments.map(({ summary, details }) => [summary, ...details].join('; ')).join('\n'),
    );
    assert.equal(await driverOf(outer, '0000:01:00.0'), 'e1000e');
    assert.equal(await driverOf(outer, '0000:03:00.0'), 'virtio-pci');
    assert.equal(await driverOf(outer, '0000:04:10.0'), 'igbvf');
    assert.doesNotMatch(await outer.run('ip', 'link'), /52:54:00:aa:00|vlan/);
    assert.equal(await outer.run('ls', '/run/libvirt/hostdevmgr'), '');
    assert.deepEqual(orphans(await ghosts.scan()), []);
  });
});

describe('functions that are gone from the machine', function () {
  this.timeout(600_000);
  let outer: Outer;
  let ghosts: Ghosts;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    ghosts = await Ghosts.open(outer);
    await outer.sh(`ip link set enp4s0 up; echo 2 >/sys/bus/pci/devices/${PF}/sriov_numvfs; udevadm settle`);
    await outer.run('virsh', 'start', 'inner');
    await attach(outer, vfNic('0000:04:10.0', '52:54:00:aa:00:01'), '--live', '--config');
    await attach(outer, hostdev('0000:02:00.0', 'yes'), '--live', '--config');
  });
  after(async () => {
    await ghosts[Symbol.asyncDispose]();
    await outer.close();
  });

  const missing = (found: readonly Finding[], name: string) =>
    found.find(({ nic }) => nic.target === name || nic.mac === name);

  it('are named with the definition that wants them: a VF whose PF took it away, a card that vanished while assigned', async () => {
    await outer.sh(`timeout 60 sh -c 'echo 0 >/sys/bus/pci/devices/${PF}/sriov_numvfs'`);
    await outer.unplug('e1000e-b');
    await outer.sh(
      'for i in $(seq 100); do [ -e /sys/bus/pci/devices/0000:02:00.0 ] || break; sleep 0.2; done',
    );
    const found = await ghosts.found();
    const vf = missing(found, '52:54:00:aa:00:01');
    assert.deepEqual([vf?.domain, vf?.verdict.kind], ['inner', 'passthrough-orphan']);
    assert.match(vf?.verdict.summary ?? '', /0000:04:10\.0, .*is not in this machine any more/);
    const card = missing(found, '0000:02:00.0');
    assert.deepEqual(
      [card?.verdict.kind, card?.nic.sightings.host?.facts['orphan']],
      ['passthrough-orphan', 'missing'],
    );
    assert.match(card?.verdict.summary ?? '', /the persistent definition of inner names it/);
  });

  it('leave the definition only when that is chosen; the plain <hostdev> is the operator’s to take out', async () => {
    const { exitCode, treatments } = await ghosts.clean();
    assert.equal(exitCode, 4);
    assert.ok(treatments.every(({ outcome }) => outcome === 'left'));
    assert.match(treatments.flatMap(({ byHand }) => byHand).join('\n'), /sriov_numvfs.*virsh detach-device/s);
    const chosen = await ghosts.clean({ nic: '52:54:00:aa:00:01', choose: 1 });
    assert.equal(chosen.exitCode, 0, chosen.treatments[0]?.summary);
    assert.doesNotMatch(await outer.run('virsh', 'dumpxml', '--inactive', 'inner'), /52:54:00:aa:00:01/);
    await outer.sh(`cat >/tmp/device.xml <<'XML'\n${hostdev('0000:02:00.0', 'yes')}\nXML
      virsh detach-device inner /tmp/device.xml --config`);
    assert.deepEqual(orphans(await ghosts.scan()), []);
  });
});

describe('a function that the QEMU of a lost guest holds', function () {
  this.timeout(600_000);
  let outer: Outer;
  let ghosts: Ghosts;
  let pid: string;
  before(async () => {
    outer = await Outer.open();
    await outer.restore();
    await outer.run('virsh', 'start', 'inner');
    await attach(outer, hostdev('0000:01:00.0', 'yes'), '--live');
    pid = await outer.run('cat', '/run/libvirt/qemu/inner.pid');
    // It is stopped: whoever waits for it waits for ever.
    await outer.sh(LOSE_STATUS('kill -STOP $pid'));
    ghosts = await Ghosts.open(outer);
  });
  after(async () => {
    await ghosts[Symbol.asyncDispose]();
    await outer.close();
  });

  it('is named with its process, and nothing waits for it', async () => {
    const found = await ghosts.found();
    assert.deepEqual(
      found.map(({ nic, verdict }) => [nic.target, verdict.kind, nic.sightings.host?.facts['orphan']]),
      [['0000:01:00.0', 'passthrough-orphan', 'held']],
    );
    assert.match(found[0]?.verdict.summary ?? '', new RegExp(`the QEMU of inner, .*pid ${pid}`));
    assert.match(await outer.run('virsh', 'list', '--all'), /inner/);
  });

  it('is left alone, and the operator told which process to end', async () => {
    const { exitCode, treatments } = await ghosts.clean();
    assert.deepEqual([exitCode, treatments.map(({ outcome }) => outcome)], [4, ['left']]);
    assert.match(treatments[0]?.byHand.join('\n') ?? '', new RegExp(`kill ${pid}`));
    assert.match(await outer.run('cat', `/proc/${pid}/comm`), /qemu/);
    assert.equal(await driverOf(outer, '0000:01:00.0'), 'vfio-pci');
  });

  it('is given back once that process has ended', async () => {
    await outer.sh(`kill -9 ${pid}; until [ ! -e /proc/${pid} ]; do sleep 0.1; done`);
    assert.deepEqual(orphans(await ghosts.scan()), [['0000:01:00.0', 'passthrough-orphan', 'unused']]);
    const { exitCode, treatments } = await ghosts.clean();
    assert.equal(exitCode, 0, treatments[0]?.summary);
    assert.equal(await driverOf(outer, '0000:01:00.0'), 'e1000e');
    assert.deepEqual(orphans(await ghosts.scan()), []);
  });
});
