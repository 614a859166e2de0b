import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { AffectFlags, DomainXMLFlags, type Domain } from 'node-libvirt';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import { openGuest } from '../../../lib/operations/guest-session.js';
import type { Remedy } from '../../../lib/operations/ghosts/remedy.js';
import type { DomainScan } from '../../../lib/operations/ghosts/scan-types.js';
import { readDomain } from '../../../lib/xml/domain.js';
import { serialize } from '../../../lib/xml/serialize.js';
import { actWorld, cureFor, findingOn, look, runActs } from '../../operations/curing.js';
import { guestAccess } from '../support/lab.js';
import { answersAgain } from '../support/nic.js';
import { attachNic, detachNic, hypervisor } from '../support/operations.js';
import { taps } from '../support/state.js';

const ACPI = 'lab-q35';
const NATIVE = 'lab-q35-native';
const NIC = { type: 'network', network: 'default', model: 'virtio' } as const;

describe('definitions and QEMU that disagree, on real guests', function () {
  this.timeout(400_000);
  let at: Hypervisor;
  before(async () => {
    at = await hypervisor();
  });
  after(async () => {
    await at[Symbol.asyncDispose]();
  });

  const domainOf = (name: string) => at.act.domainLookupByName(name);

  async function seen(domain: string, qemu = false): Promise<DomainScan> {
    await using guest = await openGuest(guestAccess(domain), new AbortController().signal);
    return await look(at, domain, { qemu, probe: guest.probe });
  }

  /** Reads until the verdict is this one: a guest follows its hypervisor after a moment. */
  async function becomes(domain: string, mac: string, kind: string | null, qemu = false): Promise<void> {
    let said = '';
    for (const until = Date.now() + 20_000; Date.now() < until;) {
      const { nics } = await seen(domain, qemu);
      const found = nics.find(({ nic }) => nic.mac === mac);
      said = found ? `${found.verdict.kind}: ${found.verdict.summary}` : 'gone';
      if ((found?.verdict.kind ?? null) === kind) return;
    }
    assert.fail(`${mac} of ${domain} should be ${kind ?? 'gone'}; it is ${said}`);
  }

  async function attached(domain: string, input: Parameters<typeof attachNic>[2] = NIC) {
    const { mac, outcome, summary } = await attachNic(at, domain, input);
    assert.equal(outcome, 'done', summary);
    return mac;
  }

  async function removed(domain: string, mac: string): Promise<void> {
    const { outcome, summary } = await detachNic(at, domain, mac);
    assert.equal(outcome, 'done', summary);
  }

  const halves = async (domain: Domain) => [
    await domain.getXMLDesc(0),
    await domain.getXMLDesc(DomainXMLFlags.INACTIVE),
  ];
  const xmlOf = (definition: string, mac: string) => {
    const nic = readDomain(definition).interfaces.find((one) => one.mac === mac);
    return nic ? serialize(nic.element) : assert.fail(`no ${mac}`);
  };

  /** The remedy undone first (a later step fails), then applied. */
  async function cured(
    domain: string,
    mac: string,
    remedy: Remedy | undefined,
    kind: string,
    after: string | null,
    qemu = false,
  ) {
    const world = actWorld(at, 40_000);
    const failed = await runActs(remedy?.acts ?? [], world, { fails: true });
    assert.equal(failed.outcome, 'failed', failed.error?.message);
    await becomes(domain, mac, kind, qemu);
    const done = await runActs(remedy?.acts ?? [], world);
    assert.equal(done.outcome, 'done', done.error?.message);
    await becomes(domain, mac, after, qemu);
  }

  it(`${ACPI}: a NIC in the running definition alone is kept, and healthy then`, async () => {
    const mac = await attached(ACPI);
    const domain = await domainOf(ACPI);
    const [, config = ''] = await halves(domain);
    await domain.detachDeviceFlags(xmlOf(config, mac), AffectFlags.CONFIG);
    const scan = await seen(ACPI);
    const finding = findingOn(scan, mac);
    assert.equal(finding.verdict.kind, 'live-only');
    await cured(ACPI, mac, cureFor(scan, finding).remedies[0], 'live-only', 'healthy');
    await removed(ACPI, mac);
  });

  it(`${ACPI}: a NIC in the persistent definition alone is attached, or its detach is finished`, async () => {
    const mac = await attached(ACPI);
    const domain = await domainOf(ACPI);
    const alias = readDomain((await halves(domain))[0] ?? '').interfaces.find(
      (nic) => nic.mac === mac,
    )?.alias;
    await domain.detachDeviceAlias(alias ?? '', AffectFlags.LIVE);
    await becomes(ACPI, mac, 'config-only');
    const scan = await seen(ACPI);
    const { remedies } = cureFor(scan, findingOn(scan, mac));
    await cured(ACPI, mac, remedies[1], 'config-only', 'healthy');
    const now = readDomain((await halves(domain))[0] ?? '').interfaces.find((nic) => nic.mac === mac)?.alias;
    await domain.detachDeviceAlias(now ?? '', AffectFlags.LIVE);
    await becomes(ACPI, mac, 'config-only');
    await cured(ACPI, mac, remedies[0], 'config-only', null);
  });

  it(`${ACPI}: definitions that differ are made to agree either way`, async () => {
    const mac = await attached(ACPI);
    const domain = await domainOf(ACPI);
    const [, config = ''] = await halves(domain);
    const down = xmlOf(config, mac).replace('</interface>', '<link state="down"/></interface>');
    await domain.updateDeviceFlags(down, AffectFlags.CONFIG);
    const scan = await seen(ACPI);
    const finding = findingOn(scan, mac);
    assert.equal(finding.verdict.kind, 'definition-drift');
    const { remedies } = cureFor(scan, finding);
    await cured(ACPI, mac, remedies[1], 'definition-drift', 'healthy');
    await domain.updateDeviceFlags(xmlOf(config, mac), AffectFlags.LIVE | AffectFlags.CONFIG);
    await domain.updateDeviceFlags(down, AffectFlags.CONFIG);
    await cured(ACPI, mac, remedies[0], 'definition-drift', 'healthy');
    await removed(ACPI, mac);
  });

  it(`${ACPI}: a model that differs is changed by taking the NIC out and putting it in`, async () => {
    const mac = await attached(ACPI);
    const domain = await domainOf(ACPI);
    const [, config = ''] = await halves(domain);
    const other = xmlOf(config, mac).replace(/<model [^>]*\/>/, '<model type="virtio-non-transitional"/>');
    await domain.updateDeviceFlags(other, AffectFlags.CONFIG);
    const scan = await seen(ACPI);
    const { remedies } = cureFor(scan, findingOn(scan, mac));
    assert.equal(remedies[1]?.risk, 'data-path');
    await cured(ACPI, mac, remedies[1], 'definition-drift', 'healthy');
    await removed(ACPI, mac);
  });

  for (const domain of [ACPI, NATIVE])
    it(`${domain}: a NIC whose tap was deleted comes back with its MAC and slot, and a tap`, async () => {
      const mac = await attached(domain);
      const before = taps();
      const scan0 = await seen(domain);
      const { nic } = findingOn(scan0, mac);
      execFileSync('ip', ['link', 'del', nic.target ?? '']);
      const scan = await seen(domain, true);
      const finding = findingOn(scan, mac);
      assert.equal(finding.verdict.kind, 'host-missing');
      assert.match(finding.verdict.evidence.join(), /hostnet/);
      const done = await runActs(cureFor(scan, finding).remedies[0]?.acts ?? [], actWorld(at, 40_000));
      assert.equal(done.outcome, 'done', done.error?.message);
      await becomes(domain, mac, 'healthy', true);
      const after = findingOn(await seen(domain), mac).nic;
      assert.equal(after.pciPath, nic.pciPath);
      assert.equal(taps().length, before.length);
      await removed(domain, mac);
    });

  for (const [domain, port] of [
    [ACPI, 'pci.8'],
    [NATIVE, 'pci.8'],
  ] as const)
    it(`${domain}: a device and a backend that came through the monitor leave QEMU`, async () => {
      const mac = '52:54:00:0c:0c:01';
      const handle = await domainOf(domain);
      const monitor = (execute: string, args: object) =>
        handle.qemuMonitorCommand(JSON.stringify({ execute, arguments: args }));
      await monitor('netdev_add', { type: 'user', id: 'back0' });
      await monitor('netdev_add', { type: 'user', id: 'lonely0' });
      await monitor('device_add', {
        driver: 'virtio-net-pci',
        id: 'orphan0',
        netdev: 'back0',
        mac,
        bus: port,
      });
      await becomes(domain, mac, 'qemu-orphan', true);
      const scan = await seen(domain, true);
      assert.deepEqual(
        scan.nics.filter(({ verdict }) => verdict.kind === 'qemu-orphan').length,
        2,
        'the device, and the backend that nobody uses',
      );
      assert.equal(findingOn(scan, '52:54:00:6c:61:62').verdict.kind, 'unmanaged');
      for (const name of [mac, 'lonely0']) {
        const [remedy] = cureFor(scan, findingOn(scan, name)).remedies;
        const done = await runActs(remedy?.acts ?? [], actWorld(at, 40_000));
        assert.equal(done.outcome, 'done', done.error?.message);
      }
      const left = await seen(domain, true);
      assert.deepEqual(
        left.nics.filter(({ verdict }) => verdict.kind === 'qemu-orphan'),
        [],
      );
    });

  it(`${NATIVE}: a removal that others asked a paused guest for is seen in the slot’s registers; isolated; done after resume`, async () => {
    const mac = await attached(NATIVE);
    const domain = await domainOf(NATIVE);
    const first = findingOn(await seen(NATIVE, true), mac);
    assert.equal(first.verdict.kind, 'healthy');
    await domain.suspend();
    try {
      await domain.detachDeviceAlias(first.nic.alias ?? '', AffectFlags.LIVE);
      const scan = await look(at, NATIVE, { qemu: true });
      const finding = findingOn(scan, mac);
      assert.equal(finding.verdict.kind, 'detach-pending', finding.verdict.summary);
      assert.match(finding.verdict.cause ?? '', /paused/);
      const isolate = cureFor(scan, finding).remedies.find(({ risk }) => risk === 'data-path');
      const failed = await runActs(isolate?.acts ?? [], actWorld(at), { fails: true });
      assert.deepEqual(failed.notUndone, []);
      const back = findingOn(await look(at, NATIVE), mac).nic;
      assert.deepEqual(
        [back.sightings.host?.facts['master'], back.sightings.live?.facts['link']],
        ['virbr0', 'up'],
      );
      await runActs(isolate?.acts ?? [], actWorld(at));
      const off = findingOn(await look(at, NATIVE), mac).nic;
      assert.deepEqual(
        [off.sightings.host?.facts['master'], off.sightings.live?.facts['link']],
        [null, 'down'],
      );
    } finally {
      await domain.resume();
    }
    await becomes(NATIVE, mac, 'config-only');
    await removed(NATIVE, mac);
  });

  it(`${ACPI}: a removal that a paused guest has pending ends with the reset of the guest`, async () => {
    const mac = await attached(ACPI, { type: 'user', model: 'virtio' });
    const domain = await domainOf(ACPI);
    const { nic } = findingOn(await seen(ACPI), mac);
    await domain.suspend();
    await domain.detachDeviceAlias(nic.alias ?? '', AffectFlags.LIVE);
    const request = {
      alias: nic.alias,
      mac: nic.mac,
      askedAt: Date.now(),
      goneSince: false,
      fromBoth: false,
      run: 'test',
    };
    const scan = await look(at, ACPI, { context: { removalRequests: [request] } });
    const finding = findingOn(scan, mac);
    assert.equal(finding.verdict.kind, 'detach-pending');
    const reset = cureFor(scan, finding).remedies.find(({ risk }) => risk === 'guest-reset');
    const done = await runActs(reset?.acts ?? [], actWorld(at, 20_000));
    assert.equal(done.outcome, 'done', done.error?.message);
    await domain.resume();
    const { nics } = await look(at, ACPI);
    assert.equal(nics.find((one) => one.nic.mac === mac)?.verdict.kind, 'config-only');
    const [, config = ''] = await halves(domain);
    await domain.detachDeviceFlags(xmlOf(config, mac), AffectFlags.CONFIG);
    await answersAgain(ACPI);
  });
});
