import assert from 'node:assert/strict';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import type { Verdict } from '../../../lib/verdicts/index.js';
import { attachLive, cureOf, FAILS, judged, nicXml, runActs, sh, worldOf } from '../support/host-world.js';
import { inGuest } from '../support/lab.js';
import { hypervisor as open } from '../support/operations.js';

describe('a NIC of the lab', function () {
  this.timeout(180_000);
  let hypervisor: Hypervisor;
  before(async () => {
    hypervisor = await open();
  });
  after(async () => {
    await hypervisor[Symbol.asyncDispose]();
  });

  describe('with a lease', () => {
    const domain = 'lab-q35';
    const mac = '52:54:00:b0:0c:01';
    let remove: () => Promise<void>;
    let name = '';
    before(async () => {
      remove = await attachLive(hypervisor, domain, nicXml('network', mac, "<source network='default'/>"));
      await new Promise((resolve) => setTimeout(resolve, 2000));
      name = await inGuest(domain, 'sh', '-c', `grep -l ${mac} /sys/class/net/*/address | cut -d/ -f5`);
      await inGuest(domain, 'sh', '-c', `timeout 40 dhclient -1 ${name}; pkill dhclient || true`);
    });
    after(async () => {
      await remove();
    });

    const verdict = async (): Promise<Verdict | undefined> => {
      const { scan } = await judged(hypervisor, domain);
      return scan.nics.find((one) => one.nic.mac === mac)?.verdict;
    };

    it('is content while the guest uses it', async () => {
      assert.notEqual((await verdict())?.kind, 'lease-conflict');
    });

    it('says lease-conflict when the guest uses another address, and drops the lease', async () => {
      await inGuest(
        domain,
        'sh',
        '-c',
        `ip addr flush dev ${name}; ip addr add 192.168.122.240/24 dev ${name}`,
      );
      const { scan, host } = await judged(hypervisor, domain);
      const found = scan.nics.find((one) => one.nic.mac === mac);
      assert.equal(found?.verdict.kind, 'lease-conflict');
      assert.match(
        found.verdict.summary,
        /has leased 192\.168\.122\.\d+ to 52:54:00:b0:0c:01, the guest uses 192\.168\.122\.240/,
      );
      const { remedies } = cureOf({ domain, ...found }, scan, host);
      const done = await runActs(remedies[0]?.acts ?? [], worldOf(hypervisor));
      assert.equal(done.outcome, 'done', done.error?.message);
      assert.notEqual((await verdict())?.kind, 'lease-conflict');
    });

    it('says lease-conflict when the host sends the guest’s packets to another MAC, and forgets that', async () => {
      sh('ip neigh replace 192.168.122.240 lladdr 52:54:00:99:99:99 dev virbr0 nud permanent');
      const { scan, host } = await judged(hypervisor, domain);
      const found = scan.nics.find((one) => one.nic.mac === mac);
      assert.equal(found?.verdict.kind, 'lease-conflict');
      const acts = cureOf({ domain, ...found }, scan, host).remedies[0]?.acts ?? [];
      await runActs(acts, worldOf(hypervisor), FAILS);
      assert.match(sh('ip neigh show 192.168.122.240'), /52:54:00:99:99:99 PERMANENT/);
      const done = await runActs(acts, worldOf(hypervisor));
      assert.equal(done.outcome, 'done', done.error?.message);
      assert.notEqual((await verdict())?.kind, 'lease-conflict');
    });
  });
});
