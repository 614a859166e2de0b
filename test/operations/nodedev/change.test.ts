import assert from 'node:assert/strict';
import { changeNodedev, type NodedevOptions } from '../../../lib/operations/nodedev/change.js';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { undoRun } from '../../../lib/operations/recovery/index.js';
import { openJournalled, type Journalled } from '../../recovery/journalled.js';
import { silent } from '../world.js';
import { openMachine } from './fake-machine.js';

const NIC = '0000:01:00.0';
const MATE_A = '0000:06:01.0';
const MATE_B = '0000:06:02.0';

describe('a PCI function of the host', function () {
  this.timeout(30_000);
  let at: Awaited<ReturnType<typeof openMachine>>;
  let journal: Journalled;
  beforeEach(async () => {
    at = await openMachine([
      { address: '0000:00:02.0', class: '0x060400', group: 3, driver: 'pcieport' },
      {
        address: NIC,
        group: 12,
        driver: 'e1000e',
        netdev: 'nic0',
        methods: 'flr pm bus',
        under: '0000:00:02.0',
      },
      { address: MATE_A, group: 13, driver: 'e1000', methods: 'bus' },
      { address: MATE_B, group: 13, driver: 'e1000', methods: 'bus' },
      { address: '0000:07:00.0', group: null, driver: 'virtio-pci', netdev: 'nic1', methods: 'bus' },
    ]);
    journal = await openJournalled();
  });
  afterEach(async () => {
    await at[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
  });
  const change = (operation: NodedevOptions['operation'], more: Partial<NodedevOptions> = {}) =>
    changeNodedev({
      hypervisor: at.hypervisor,
      operation,
      device: NIC,
      wholeGroup: false,
      force: { addresses: false, defaultRoute: false },
      resetMethod: null,
      timeoutMs: 5000,
      dryRun: false,
      signal: new AbortController().signal,
      progress: silent(),
      ...journal.recorded,
      ...more,
    });
  const refusal = async (code: string, text: RegExp, doing: Promise<unknown>) => {
    await assert.rejects(doing, (error) => {
      assert.ok(isHotnicError(error, code), String(error));
      assert.match(`${error.message} ${error.details.next ?? ''}`, text);
      return true;
    });
    assert.deepEqual(
      [NIC, MATE_A].map((one) => at.machine.driverOf(one)),
      ['e1000e', 'e1000'],
    );
  };

  it('is given to vfio-pci and back, with all that it had on the host', async () => {
    await at.machine.run('ip', 'link', 'set', 'nic0', 'mtu', '1400', 'up');
    await at.machine.run('ip', 'address', 'add', '192.0.2.4/24', 'dev', 'nic0');
    await at.machine.run(
      'ip',
      'route',
      'add',
      '198.51.100.0/24',
      'via',
      '192.0.2.1',
      'dev',
      'nic0',
      'metric',
      '7',
    );
    const shown = () => at.machine.run('sh', '-c', 'ip -4 -j address show dev nic0; ip route show dev nic0');
    const scrub = (text: string) => text.replace(/"ifindex":\d+,/, '');
    const before = scrub(await shown());
    const away = await change('detach', { force: { addresses: true, defaultRoute: false } });
    assert.equal(away.outcome, 'done', away.summary);
    assert.equal(at.machine.driverOf(NIC), 'vfio-pci');
    assert.equal((await change('detach')).outcome, 'done');
    const home = await change('reattach');
    assert.equal(home.outcome, 'done', home.summary);
    assert.equal(at.machine.driverOf(NIC), 'e1000e');
    assert.equal(scrub(await shown()), before);
    // Taken back, the reattach leaves it away as the detach did, and how it was before still counts.
    const undone = await undoRun(journal.options(await journal.last(), at));
    assert.equal(undone.outcome, 'done', undone.summary);
    assert.equal(at.machine.driverOf(NIC), 'vfio-pci');
    const again = await change('reattach');
    assert.equal(again.outcome, 'done', again.summary);
    assert.equal(scrub(await shown()), before);
  });

  it('is recovered: taken away, reset, brought back, restored', async () => {
    await at.machine.run('ip', 'link', 'set', 'nic0', 'up');
    const done = await change('recover');
    assert.equal(done.outcome, 'done', done.summary);
    assert.deepEqual(
      done.plan.map(({ step }) => step),
      ['function-detach', 'function-reset', 'function-reattach', 'function-restore'],
    );
    assert.match(done.summary, /reset by function level reset \(flr\), seen in its MSI message address/);
    assert.match(await at.machine.run('ip', 'link', 'show', 'dev', 'nic0'), /,UP/);
    assert.equal(await at.machine.methodsOf(NIC), 'flr pm bus');
  });

  it('is not said to be reset where the register that tells keeps its value', async () => {
    at.machine.resets = false;
    const failed = await change('reset');
    assert.equal(failed.outcome, 'failed');
    assert.match(failed.summary, /was not reset/);
    assert.match(failed.details.join(' '), /kept what was written to it/);
  });

  it('is left alone where the host uses it, or where that is not asked for by a fitting name', async () => {
    await refusal(
      'function-name',
      /is a network device.*type 0000:01:00\.0 instead/,
      change('detach', { device: 'nic0' }),
    );
    await refusal(
      'function-name',
      /type 0000:01:00\.0/,
      change('detach', { device: 'net_nic0_02_00_00_00_00_07' }),
    );
    await refusal('function-name', /another kind/, change('detach', { device: 'scsi_host0' }));
    await refusal('function-name', /is no address/, change('detach', { device: '0000:01:20.0x' }));
    await refusal(
      'function-not-found',
      /no PCI function 0000:09:00\.0/,
      change('detach', { device: '09:00.0' }),
    );
    await refusal('function-is-bridge', /bridge or port/, change('reset', { device: 'PCI_0000_00_02_0' }));
    await refusal('no-iommu', /no IOMMU group/, change('detach', { device: '07:00.0' }));
    await refusal(
      'group-shared',
      /0000:06:02\.0 \(e1000\).*--whole-group/,
      change('detach', { device: MATE_A }),
    );
    await refusal('bus-mate-active', /0000:06:02\.0 \(e1000\)/, change('reset', { device: MATE_A }));
    await refusal('reset-method-unknown', /flr, pm, bus/, change('reset', { resetMethod: 'acpi' }));
    at.machine.holders.set(12, 4711);
    await at.machine.put(NIC, 'vfio-pci');
    await assert.rejects(change('reattach'), /held by qemu \(pid 4711, guest lost\)/);
    at.machine.holders.clear();
    await at.machine.put(NIC, null);
  });

  it('is left alone where it carries addresses, a port, the default route', async () => {
    await at.machine.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    await at.machine.run('ip', 'link', 'set', 'nic0', 'up', 'master', 'br0');
    await refusal('is-port', /nic0 is a port of br0/, change('detach'));
    await at.machine.run('ip', 'link', 'set', 'br0', 'up');
    await at.machine.run('ip', 'address', 'add', '192.0.2.4/24', 'dev', 'br0');
    await refusal('has-addresses', /br0, which stands on nic0.*192\.0\.2\.4/, change('detach'));
    await at.machine.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1');
    await refusal('carries-default-route', /br0.*--force-default-route/, change('recover'));
    const both = await change('recover', { force: { addresses: true, defaultRoute: true } });
    assert.equal(both.outcome, 'done', both.summary);
    assert.match(await at.machine.run('ip', 'link', 'show', 'dev', 'nic0'), /master br0/);
  });

  it('goes with its whole group where that is said, and a failure leaves none half-way', async () => {
    const away = await change('detach', { device: MATE_A, wholeGroup: true });
    assert.equal(away.outcome, 'done', away.summary);
    assert.deepEqual(
      [MATE_A, MATE_B].map((one) => at.machine.driverOf(one)),
      ['vfio-pci', 'vfio-pci'],
    );
    const home = await change('reattach', { device: MATE_B, wholeGroup: true, timeoutMs: 300 });
    // These have no netdev in this machine, and a NIC is not home without one.
    assert.equal(home.outcome, 'failed');
    assert.deepEqual(
      [MATE_A, MATE_B].map((one) => at.machine.driverOf(one)),
      ['vfio-pci', 'vfio-pci'],
    );
  });
});
