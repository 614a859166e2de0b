import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '../../../lib/channel/channel.js';
import { readOvsPorts } from '../../../lib/hypervisor/host/index.js';
import type { Hypervisor } from '../../../lib/hypervisor/open.js';
import {
  cureOf,
  FAILS,
  HOST,
  hostWithEnv,
  leftover,
  leftovers,
  runActs,
  sh,
  worldOf,
} from '../support/host-world.js';
import { hypervisor as open } from '../support/operations.js';

/** A switch without a kernel module, in a folder and a network namespace of the test's own. */
describe('Open vSwitch in the lab', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'hotnic-ovs-'));
  let plain: Hypervisor;
  let hypervisor: Hypervisor;
  let host: Channel;
  const env = `export OVS_RUNDIR=${folder} OVS_LOGDIR=${folder} OVS_DBDIR=${folder}`;
  const vs = (args: string) => sh(`${env}; ovs-vsctl --timeout=10 ${args}`);

  before(async () => {
    sh(`${env}; ovsdb-tool create ${folder}/conf.db /usr/share/openvswitch/vswitch.ovsschema
      ovsdb-server ${folder}/conf.db --remote=punix:${folder}/db.sock --pidfile --detach --log-file 2>/dev/null
      ovs-vsctl --no-wait init
      ovs-vswitchd unix:${folder}/db.sock --pidfile --detach --log-file 2>/dev/null`);
    vs('add-br ovsbr0 -- set bridge ovsbr0 datapath_type=netdev');
    host = hostWithEnv({ OVS_RUNDIR: folder });
    plain = await open();
    hypervisor = worldOf(plain, host).hypervisor;
  });
  after(async () => {
    // Its taps stay when the switch is only killed.
    vs('del-br ovsbr0');
    sh(`kill $(cat ${folder}/ovs-vswitchd.pid) $(cat ${folder}/ovsdb-server.pid) || true`);
    await host.close();
    await plain[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has no leftovers of its own', async () => {
    vs('add-port ovsbr0 uplink -- set interface uplink type=patch options:peer=other');
    vs('add-port ovsbr0 pod7 -- set interface pod7 type=internal external_ids:iface-id=pod7');
    assert.deepEqual(await leftovers(hypervisor), []);
  });

  it('finds the port of a tap that is gone, puts it back with tag and ids, and deletes it', async () => {
    sh(`${env}; ovs-vsctl --timeout=10 add-port ovsbr0 vnet78 tag=7 -- set interface vnet78 \\
      external_ids:attached-mac='"52:54:00:00:00:78"' external_ids:vm-id='"6d7d6a5c-3a9d-4b3b-9a58-0c4d0f4a4c11"' 2>/dev/null || true`);
    const found = await leftover(hypervisor, 'vnet78');
    assert.equal(found?.verdict.kind, 'host-orphan');
    assert.match(found.verdict.evidence.join(), /could not open network device vnet78 \(No such device\)/);
    const acts = cureOf(found, null, HOST).remedies[0]?.acts ?? [];
    const port = async () => (await readOvsPorts(host)).find(({ name }) => name === 'vnet78');
    const before = await port();
    assert.equal(before?.tag, 7);
    const failed = await runActs(acts, worldOf(hypervisor, host), FAILS);
    assert.deepEqual(failed.undone, ['ovs-port-delete']);
    const back = await port();
    assert.deepEqual([back?.tag, back?.externalIds], [before.tag, before.externalIds]);
    const done = await runActs(acts, worldOf(hypervisor, host));
    assert.equal(done.outcome, 'done', done.error?.message);
    assert.deepEqual(await leftovers(hypervisor), []);
  });

  it('takes both, the tap and its port, when nobody holds the tap', async () => {
    sh('ip tuntap add vnet80 mode tap');
    vs('add-port ovsbr0 vnet80');
    const found = await leftover(hypervisor, 'vnet80');
    assert.match(found?.verdict.summary ?? '', /the tap vnet80, a port of the Open vSwitch bridge ovsbr0/);
    const acts = (found && cureOf(found, null, HOST).remedies[0]?.acts) ?? [];
    assert.deepEqual(
      acts.map(({ act }) => act),
      ['ovs-port-delete', 'host-netdev-delete'],
    );
    const done = await runActs(acts, worldOf(hypervisor, host));
    assert.equal(done.outcome, 'done', done.error?.message);
    assert.deepEqual(await leftovers(hypervisor), []);
  });
});
