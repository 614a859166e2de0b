import assert from 'node:assert/strict';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import { apply, findingOf, said, scanGuest } from '../support/guest-ghosts.js';
import { holdNetdev } from '../support/hold-netdev.js';
import { inGuest, LAB, labAddGuest, labRemoveGuest } from '../support/lab.js';
import { attachNic, detachNic, hypervisor } from '../support/operations.js';

const GUEST = 'lab-q35';

describe('ghosts of the guest', function () {
  this.timeout(500_000);
  let at: Hypervisor;
  before(async () => {
    at = await hypervisor();
  });
  after(() => at[Symbol.asyncDispose]());

  const shell = (domain: string, script: string) => inGuest(domain, 'sh', '-c', script);

  /** A NIC that is there for one test. */
  async function withNic(
    domain: string,
    use: (nic: { mac: string; name: string; address: string }) => Promise<void>,
  ) {
    const { mac, proof } = await attachNic(at, domain, {
      type: 'network',
      network: 'default',
      model: 'virtio',
    });
    const name = proof.guestName ?? '';
    try {
      const address = (await shell(domain, `readlink -f /sys/class/net/${name}/device`))
        .split('/')
        .findLast((part) => /^0000:/.test(part));
      await use({ mac, name, address: address ?? '' });
    } finally {
      await detachNic(at, domain, mac);
    }
  }

  async function healthy(domain: string, mac: string) {
    const scan = await scanGuest(at, domain);
    const found = scan.nics.find(({ nic }) => nic.mac === mac);
    assert.equal(found?.verdict.kind, 'healthy', said(scan));
    return found;
  }

  it('a NIC in another network namespace of the guest is healthy, and the namespace is named', () =>
    withNic(GUEST, async ({ mac, name }) => {
      await shell(GUEST, `ip netns del far; ip netns add far && ip link set ${name} netns far`);
      try {
        const { nic } = await healthy(GUEST, mac);
        assert.match(nic.sightings['guest-net']?.readFrom ?? '', /network namespace far of the guest/);
      } finally {
        await shell(GUEST, `ip netns exec far ip link set ${name} netns 1; ip netns del far`);
      }
    }));

  it('a function that the guest removed itself is guest-blind, the slot tells why, and a rescan cures it', () =>
    withNic(GUEST, async ({ mac, address }) => {
      await shell(GUEST, `echo 1 > /sys/bus/pci/devices/${address}/remove`);
      const { finding, cure } = await findingOf(at, GUEST, 'guest-blind');
      assert.equal(finding.nic.mac, mac);
      assert.match(finding.verdict.cause ?? '', /removed in the guest itself/);
      await apply(at, cure.remedies[0]);
      await healthy(GUEST, mac);
    }));

  it('a virtio device that was unbound from its driver is driverless, and bound again', () =>
    withNic(GUEST, async ({ mac, address }) => {
      await shell(GUEST, `cd /sys/bus/pci/devices/${address}/virtio*; basename $(pwd -P) > driver/unbind`);
      const { finding, cure } = await findingOf(at, GUEST, 'driverless');
      assert.equal(finding.nic.mac, mac);
      assert.match(finding.verdict.cause ?? '', /unbound/);
      const undo = await apply(at, cure.remedies[0]);
      await healthy(GUEST, mac);
      await undo();
      const again = await findingOf(at, GUEST, 'driverless');
      await apply(at, again.cure.remedies[0]);
      await healthy(GUEST, mac);
    }));

  it('a PCI function that was unbound from its driver is driverless, and bound again', () =>
    withNic(GUEST, async ({ mac, address }) => {
      await shell(GUEST, `echo ${address} > /sys/bus/pci/devices/${address}/driver/unbind`);
      const { finding, cure } = await findingOf(at, GUEST, 'driverless');
      assert.match(finding.verdict.cause ?? '', /unbound|not loaded/);
      await apply(at, cure.remedies[0]);
      await healthy(GUEST, mac);
    }));

  it('a netdev that cannot be let go: the holder is named, and released on request', async () => {
    const { mac, proof } = await attachNic(at, GUEST, {
      type: 'network',
      network: 'default',
      model: 'virtio',
    });
    const release = await holdNetdev(GUEST, proof.guestName ?? '');
    try {
      await assert.rejects(detachNic(at, GUEST, mac, { timeoutMs: 5_000 }).then(fails));
      const { finding, cure } = await findingOf(at, GUEST, 'unregister-stuck', 40_000);
      assert.equal(finding.nic.mac, mac);
      assert.match(finding.verdict.cause ?? '', /very likely held by perl \(process \d+\), is sending/);
      const [remedy] = cure.remedies;
      assert.equal(remedy?.onRequest, 'release-holders');
      await apply(at, remedy);
    } finally {
      await release().catch(() => undefined);
      await detachNic(at, GUEST, mac);
    }
    const scan = await scanGuest(at, GUEST);
    assert.ok(
      scan.nics.every(({ nic }) => nic.mac !== mac),
      said(scan),
    );
  });

  it('configuration of a NIC that is nowhere is residue; it is put aside, and comes back byte for byte', async () => {
    const files = {
      '/etc/network/interfaces.d/old': 'auto enp5s0\niface enp5s0 inet dhcp\n',
      '/etc/network/interfaces':
        'auto lo\niface lo inet loopback\n\nauto ens77\niface ens77 inet dhcp\n    mtu 9000\n\n# end',
      '/etc/netplan/60-gone.yaml':
        'network:\n  version: 2\n  ethernets:\n    gone:\n      match: {macaddress: "52:54:00:aa:bb:01"}\n      set-name: lan7\n  wifis:\n    w:\n      access-points: {x: {password: "s"}}\n',
      '/etc/systemd/network/10-gone.link': '[Match]\nMACAddress=52:54:00:aa:bb:01\n[Link]\nName=lan7\n',
    };
    const paths = Object.keys(files);
    const state = () =>
      shell(GUEST, `stat -c '%n %a %u:%g %s %y' ${paths.join(' ')}; sha256sum ${paths.join(' ')}`);
    try {
      for (const [path, text] of Object.entries(files))
        await inGuest(
          GUEST,
          'sh',
          '-c',
          'mkdir -p "${1%/*}"; printf %s "$2" > "$1"; chmod 640 "$1"; chown 1:3 "$1"',
          'sh',
          path,
          text,
        );
      const before = await state();
      const first = await scanGuest(at, GUEST);
      const residue = first.nics.filter(({ verdict }) => verdict.kind === 'config-residue');
      assert.equal(residue.length, 3, said(first));
      const undos: (() => Promise<void>)[] = [];
      for (let left = 3; left > 0; left -= 1) {
        const { cure } = await findingOf(at, GUEST, 'config-residue');
        undos.push(await apply(at, cure.remedies[0]));
      }
      const clean = await scanGuest(at, GUEST);
      assert.ok(
        clean.nics.every(({ verdict }) => verdict.kind !== 'config-residue'),
        said(clean),
      );
      assert.equal(
        await shell(GUEST, 'cat /etc/network/interfaces'),
        'auto lo\niface lo inet loopback\n\n\n# end',
      );
      assert.match(
        await shell(GUEST, 'cat /etc/netplan/60-gone.yaml'),
        /^network:\n {2}version: 2\n {2}wifis:\n/,
      );
      for (const undo of undos.reverse()) await undo();
      assert.equal(await state(), before);
      assert.equal(await shell(GUEST, 'find /etc -name "*hotnic*"'), '');
    } finally {
      await shell(GUEST, `rm -f ${paths.join(' ')}`);
    }
  });

  it('configuration that names a NIC which is there is nobody’s residue', () =>
    withNic(GUEST, async ({ mac, name }) => {
      const path = '/etc/network/interfaces.d/here';
      await shell(GUEST, `mkdir -p \${0%/*}; printf 'iface ${name} inet dhcp\n' > ${path}`);
      try {
        const scan = await scanGuest(at, GUEST);
        assert.equal(scan.nics.length, (await scanGuest(at, GUEST)).nics.length);
        const { nic } = await healthy(GUEST, mac);
        assert.match(nic.sightings['guest-config']?.readFrom ?? '', /ifupdown .*here:1/);
      } finally {
        await shell(GUEST, `rm -f ${path}`);
      }
    }));

  describe('in a guest without a hot-plug driver', () => {
    const name = 'deaf-d';
    before(() => labAddGuest(LAB, { name, machine: 'q35', kernelArgs: ['acpiphp.disable=1'] }));
    after(() => labRemoveGuest(LAB, name));

    it('a NIC is guest-blind for want of a driver, and a rescan shows it', async () => {
      const { mac } = await attachNic(
        at,
        name,
        { type: 'network', network: 'default', model: 'virtio' },
        { force: true, keep: true, timeoutMs: 5_000 },
      );
      const { finding, cure } = await findingOf(at, name, 'guest-blind');
      assert.match(finding.verdict.cause ?? '', /no hot-plug driver .*acpiphp\.disable=1/);
      await apply(at, cure.remedies[0]);
      await healthy(name, mac);
    });
  });

  describe('in a guest that blacklists the driver', () => {
    const name = 'no-driver-d';
    before(() => labAddGuest(LAB, { name, machine: 'q35', kernel: 'full' }));
    after(() => labRemoveGuest(LAB, name));

    it('the NIC is driverless, the line is named, and loading the module cures it', async () => {
      await shell(name, 'mkdir -p /etc/modprobe.d; echo "blacklist e1000e" > /etc/modprobe.d/no.conf');
      const { mac } = await attachNic(
        at,
        name,
        { type: 'network', network: 'default', model: 'e1000e' },
        { force: true, keep: true, timeoutMs: 5_000 },
      );
      const { finding, cure } = await findingOf(at, name, 'driverless');
      assert.equal(finding.nic.mac, mac);
      assert.match(finding.verdict.cause ?? '', /kept out: \/etc\/modprobe\.d\/no\.conf:1: blacklist e1000e/);
      const undo = await apply(at, cure.remedies[0]);
      await healthy(name, mac);
      await undo();
      await findingOf(at, name, 'driverless');
    });
  });
});

function fails(report: { readonly proof: unknown }): never {
  throw new Error(JSON.stringify(report));
}
