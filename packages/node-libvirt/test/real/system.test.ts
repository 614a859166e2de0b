import assert from 'node:assert/strict';
import { connect, ErrorCode, isLibvirtError } from '../../src/index.js';
import { type SystemDaemon, startSystemDaemon } from '../support/system-daemon.js';

describe('libvirt’s own daemon, qemu:///system', function () {
  this.timeout(30_000);
  let daemon: SystemDaemon | undefined;
  before(async () => {
    assert.equal(process.getuid?.(), 0, 'libvirt’s own daemon needs root: npm test goes through sudo');
    daemon = await startSystemDaemon();
  });
  after(() => daemon?.stop());

  const uri = (): string => `qemu:///system?socket=${daemon?.socket ?? ''}`;
  it('lists, defines and starts, events included', async () => {
    await using connection = await connect(uri());
    assert.equal(connection.uri, 'qemu:///system');
    assert.equal(await connection.getType(), 'QEMU');
    assert.ok(
      (await connection.listAllNodeDevices()).length > 0,
      'the driver of node devices is in the same daemon',
    );
    const network = await connection.networkDefineXML(
      "<network><name>alone</name><bridge name='virbr77'/></network>",
    );
    assert.equal(await network.isActive(), false);
    await network.undefine();
  });

  it('lets a reader read, over the socket for readers, and nothing more', async () => {
    const reader = await connect(`${uri()}-ro`, { readOnly: true });
    assert.deepEqual(await reader.listAllDomains(), []);
    await assert.rejects(reader.networkDefineXML('<network><name>x</name></network>'), (error) =>
      isLibvirtError(error, ErrorCode.OPERATION_DENIED),
    );
    await reader.close();
  });
});
