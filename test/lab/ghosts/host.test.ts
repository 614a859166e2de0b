import assert from 'node:assert/strict';
import { readHostFacts } from '../../../lib/hypervisor/host/index.js';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import type { Sighting } from '../../../lib/nic/sighting.js';
import { readLive } from '../../../lib/planes/definition-planes.js';
import { readHostFrom } from '../../../lib/planes/host-from-facts.js';
import { readHost } from '../../../lib/planes/host-plane.js';
import {
  attachLive,
  nicXml,
  cureOf,
  FAILS,
  HOST,
  judged,
  leftover,
  leftovers,
  runActs,
  sh,
  worldOf,
} from '../support/host-world.js';
import { hold, holdTap } from '../support/hold-device.js';
import { MACHINES } from '../support/lab.js';
import { hypervisor as open } from '../support/operations.js';

describe('the host of the lab', function () {
  this.timeout(180_000);
  let hypervisor: Hypervisor;
  before(async () => {
    hypervisor = await open();
    sh('ip link add lower0 type veth peer name lower1; ip link set lower0 up; ip link set lower1 up');
  });
  after(async () => {
    await hypervisor[Symbol.asyncDispose]();
    sh('ip link del lower0');
  });

  const links = () => sh('ls /sys/class/net');
  const attach = (domain: string, xml: string) => attachLive(hypervisor, domain, xml);

  describe('in health', () => {
    it('has no leftovers and no lease-conflict, with NICs of every kind and an operator’s own taps', async () => {
      sh('ip tuntap add mytap mode tap; ip link set mytap master br0 up; ip tuntap add alone mode tap');
      sh('ip tuntap add users mode tap user nobody; ip link set users master virbr0');
      const undo: (() => Promise<void>)[] = [];
      try {
        for (const [at, domain] of MACHINES.entries()) {
          const mac = (kind: number) => `52:54:00:b0:0${at}:0${kind}`;
          const kinds = [
            nicXml('network', mac(1), "<source network='default'/>"),
            nicXml('bridge', mac(2), "<source bridge='br0'/>"),
            nicXml('user', mac(3), ''),
            nicXml('direct', mac(4), "<source dev='lower0' mode='bridge'/>"),
          ];
          // i440fx takes its time for each; one of every kind is on the other two.
          for (const xml of domain === 'lab-i440fx' ? kinds.slice(0, 1) : kinds)
            undo.push(await attach(domain, xml));
        }
        assert.deepEqual(await leftovers(hypervisor), []);
        for (const domain of MACHINES) {
          const { scan } = await judged(hypervisor, domain);
          assert.ok(scan.nics.length > 0);
          const kinds = scan.nics.map(({ verdict }) => verdict.kind);
          assert.ok(!kinds.includes('lease-conflict'), kinds.join());
          assert.ok(!kinds.includes('host-missing'), kinds.join());
          const live = readLive(scan.view);
          const cheap = await readHost(live, hypervisor.host);
          const whole = readHostFrom(live, await readHostFacts(hypervisor));
          assert.deepEqual(whole.sightings.map(essence), cheap.sightings.map(essence));
        }
      } finally {
        for (const one of undo.reverse()) await one();
        sh('ip link del mytap; ip link del alone; ip link del users');
      }
      assert.deepEqual(await leftovers(hypervisor), []);
    });

    it('has none while NICs come and go', async () => {
      const xml = nicXml('network', '52:54:00:b0:09:01', "<source network='default'/>");
      const stop = new AbortController();
      const cycles = (async () => {
        let count = 0;
        for (; !stop.signal.aborted; count++) await (await attach('lab-q35', xml))();
        return count;
      })();
      const looks = [];
      for (let n = 0; n < 20; n++) looks.push(await leftovers(hypervisor));
      stop.abort();
      assert.ok((await cycles) > 1);
      assert.deepEqual(looks.flat(), []);
    });
  });

  describe('with a tap that nobody owns', () => {
    before(() => {
      sh('ip tuntap add vnet77 mode tap; ip link set vnet77 mtu 1400 master virbr0 up');
    });
    after(() => {
      sh('ip link del vnet77 2>/dev/null || true');
    });

    it('says host-orphan, and where it is', async () => {
      const found = await leftover(hypervisor, 'vnet77');
      assert.equal(found?.verdict.kind, 'host-orphan');
      assert.equal(found.verdict.summary, 'the tap vnet77, a port of virbr0, belongs to no domain');
    });

    it('names the process that holds it, offers nothing, and refuses to delete it', async () => {
      const free = await leftover(hypervisor, 'vnet77');
      assert.ok(free);
      const { remedies } = cureOf(free, null, HOST);
      const holder = await holdTap('vnet77');
      try {
        const held = await leftover(hypervisor, 'vnet77');
        assert.match(held?.verdict.summary ?? '', new RegExp(`held by python3 \\(pid ${holder.pid}\\)`));
        assert.deepEqual(held && cureOf(held, null, HOST).remedies, []);
        const result = await runActs(remedies[0]?.acts ?? [], worldOf(hypervisor));
        assert.equal(result.outcome, 'failed');
        assert.match(result.error?.message ?? '', /vnet77 is held by python3/);
        assert.match(links(), /vnet77/);
      } finally {
        await holder.end();
      }
    });

    it('puts it back as it was when a later step fails, then deletes it', async () => {
      const found = await leftover(hypervisor, 'vnet77');
      assert.ok(found);
      const acts = cureOf(found, null, HOST).remedies[0]?.acts ?? [];
      const before = tapFacts('vnet77');
      const failed = await runActs(acts, worldOf(hypervisor), FAILS);
      assert.deepEqual([failed.outcome, failed.undone], ['failed', ['host-netdev-delete']]);
      assert.deepEqual(tapFacts('vnet77'), before);
      // It is another device by now: what was planned for the first one is not done to it.
      const stale = await runActs(acts, worldOf(hypervisor));
      assert.match(stale.error?.message ?? '', /another device now/);
      const again = await leftover(hypervisor, 'vnet77');
      const done = await runActs(
        (again && cureOf(again, null, HOST).remedies[0]?.acts) ?? [],
        worldOf(hypervisor),
      );
      assert.equal(done.outcome, 'done', done.error?.message);
      assert.doesNotMatch(links(), /vnet77/);
      assert.deepEqual(await leftovers(hypervisor), []);
    });
  });

  it('takes a tap of another name off libvirt’s bridge and keeps it, or puts it back', async () => {
    sh('ip tuntap add other0 mode tap; ip link set other0 master virbr0 up');
    try {
      const found = await leftover(hypervisor, 'other0');
      assert.ok(found);
      const acts = cureOf(found, null, HOST).remedies[1]?.acts ?? [];
      assert.equal(acts[0]?.act, 'bridge-port-remove');
      await runActs(acts, worldOf(hypervisor), FAILS);
      assert.match(sh('ip -o link show other0'), /master virbr0/);
      assert.equal((await runActs(acts, worldOf(hypervisor))).outcome, 'done');
      assert.doesNotMatch(sh('ip -o link show other0'), /master/);
      assert.equal(await leftover(hypervisor, 'other0'), null);
    } finally {
      sh('ip link del other0');
    }
  });

  it('finds a macvtap that nobody owns, and deletes it only when nobody holds it', async () => {
    sh('ip link add link lower0 name macvtap9 address 52:54:00:b0:0a:01 type macvtap mode bridge');
    try {
      const found = await leftover(hypervisor, 'macvtap9');
      assert.equal(found?.verdict.kind, 'host-orphan');
      const acts = cureOf(found, null, HOST).remedies[0]?.acts ?? [];
      const index = sh('cat /sys/class/net/macvtap9/ifindex').trim();
      const holder = await hold(`open('/dev/tap${index}', 'r+b', 0)`);
      try {
        const refused = await runActs(acts, worldOf(hypervisor));
        assert.match(refused.error?.message ?? '', /macvtap9 is held by python3/);
      } finally {
        await holder.end();
      }
      const failed = await runActs(acts, worldOf(hypervisor), FAILS);
      assert.equal(failed.outcome, 'failed');
      assert.match(sh('ip -d -o link show macvtap9'), /macvtap9@lower0.*52:54:00:b0:0a:01.*mode bridge/);
      const again = await leftover(hypervisor, 'macvtap9');
      const done = await runActs(
        (again && cureOf(again, null, HOST).remedies[0]?.acts) ?? [],
        worldOf(hypervisor),
      );
      assert.equal(done.outcome, 'done', done.error?.message);
      assert.equal(await leftover(hypervisor, 'macvtap9'), null);
    } finally {
      sh('ip link del macvtap9 2>/dev/null || true');
    }
  });

  it('finds a network’s port that no domain uses, puts it back, and deletes it', async () => {
    const network = await hypervisor.act.networkLookupByName('default');
    const { uuid } = await network.portCreateXML(
      `<networkport><uuid>6d7d6a5c-3a9d-4b3b-9a58-0c4d0f4a4c11</uuid><owner><name>gone</name><uuid>0d0f4a4c-3a9d-4b3b-9a58-6d7d6a5c1111</uuid></owner>` +
        `<mac address='52:54:00:b0:0b:01'/></networkport>`,
    );
    const found = await leftover(hypervisor, uuid);
    assert.equal(found?.verdict.kind, 'host-orphan');
    assert.match(found.verdict.evidence.join(), /made for the domain gone/);
    const acts = cureOf(found, null, HOST).remedies[0]?.acts ?? [];
    const failed = await runActs(acts, worldOf(hypervisor), FAILS);
    assert.deepEqual(failed.undone, ['network-port-delete'], failed.notUndone[0]?.error.message);
    assert.ok((await network.listAllPorts()).some((port) => port.uuid === uuid));
    assert.equal((await runActs(acts, worldOf(hypervisor))).outcome, 'done');
    assert.deepEqual(await leftovers(hypervisor), []);
  });

  it('finds a network filter that is bound to a device that is gone, puts it back, and deletes it', async () => {
    sh(
      "ip tuntap add vnet79 mode tap; echo \"<filter name='hotnic-test' chain='root'/>\" > /tmp/hotnic-filter.xml",
    );
    sh('virsh nwfilter-define /tmp/hotnic-filter.xml; rm /tmp/hotnic-filter.xml');
    try {
      await hypervisor.act.nwFilterBindingCreateXML(
        `<filterbinding><owner><name>gone</name><uuid>0d0f4a4c-3a9d-4b3b-9a58-6d7d6a5c1111</uuid></owner>` +
          `<portdev name='vnet79'/><mac address='52:54:00:b0:0d:01'/><filterref filter='hotnic-test'/></filterbinding>`,
      );
      const found = await leftover(hypervisor, 'vnet79');
      assert.match(found?.verdict.evidence.join() ?? '', /the network filter hotnic-test is bound to it/);
      const acts = (found && cureOf(found, null, HOST).remedies[0]?.acts) ?? [];
      assert.deepEqual(
        acts.map(({ act }) => act),
        ['nwfilter-binding-delete', 'host-netdev-delete'],
      );
      await runActs(acts.slice(0, 1), worldOf(hypervisor), FAILS);
      assert.equal((await hypervisor.act.listAllNWFilterBindings()).length, 1);
      const done = await runActs(acts, worldOf(hypervisor));
      assert.equal(done.outcome, 'done', done.error?.message);
      assert.equal((await hypervisor.act.listAllNWFilterBindings()).length, 0);
      assert.equal(await leftover(hypervisor, 'vnet79'), null);
    } finally {
      sh('virsh nwfilter-undefine hotnic-test; ip link del vnet79 2>/dev/null || true');
    }
  });
});

/** What both ways of reading the host plane say. */
function essence({ name, alias, mac, pciPath, facts }: Sighting): unknown {
  return [name, alias, mac, pciPath, facts['operstate'], facts['master']];
}

function tapFacts(name: string): unknown {
  const [link] = JSON.parse(sh(`ip -j -d link show dev ${name}`)) as Record<string, unknown>[];
  const info = link?.['linkinfo'] as Record<string, unknown> | undefined;
  return [link?.['address'], link?.['mtu'], link?.['master'], link?.['flags'], info?.['info_data']];
}
