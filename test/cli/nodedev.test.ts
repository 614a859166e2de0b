import assert from 'node:assert/strict';
import { DOCUMENTS } from '../../lib/cli/schemas/index.js';
import { nodedevListDocument, nodedevListText } from '../../lib/cli/nodedev-list-text.js';
import { listNodedevs } from '../../lib/operations/nodedev/list.js';
import { changeNodedev } from '../../lib/operations/nodedev/change.js';
import { openMachine } from '../operations/nodedev/fake-machine.js';
import { MemoryRecorder, silent } from '../operations/world.js';

describe('the documents of node devices', function () {
  this.timeout(30_000);

  it('fit their schemas, and the table has a row for each function', async () => {
    await using at = await openMachine([
      { address: '0000:00:02.0', class: '0x060400', group: 3, driver: 'pcieport' },
      {
        address: '0000:01:00.0',
        group: 12,
        driver: 'e1000e',
        netdev: 'nic0',
        methods: 'flr',
        under: '0000:00:02.0',
      },
    ]);
    const { signal } = new AbortController();
    const found = await listNodedevs(at.hypervisor, signal);
    const listed = { schema: 'hotnic.nodedev-list/1', ...nodedevListDocument(found) };
    DOCUMENTS['hotnic.nodedev-list/1'].parse(JSON.parse(JSON.stringify(listed)));
    const [heads, row] = nodedevListText(found).split('\n');
    assert.match(heads ?? '', /^FUNCTION +DRIVER +NETDEV/);
    assert.match(row ?? '', /^0000:01:00\.0 +e1000e +nic0 +down +- +- +12 +- +flr +- +healthy$/);
    const report = await changeNodedev({
      hypervisor: at.hypervisor,
      operation: 'recover',
      device: '01:00.0',
      wholeGroup: false,
      force: { addresses: false, defaultRoute: false },
      resetMethod: null,
      timeoutMs: 5000,
      dryRun: true,
      recorder: () => new MemoryRecorder(),
      signal,
      progress: silent(),
    });
    DOCUMENTS['hotnic.nodedev/1'].parse(JSON.parse(JSON.stringify(report)));
    assert.equal(at.machine.driverOf('0000:01:00.0'), 'e1000e');
  });
});
