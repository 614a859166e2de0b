import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { nameOf, procedureNamed } from '../../src/protocol/table.js';
import { errorPayload } from '../../src/protocol/types.js';
import { decodePayload, encodeFrame, MessageStatus, MessageType } from '../../src/rpc/frame.js';
import type { Codec } from '../../src/xdr/codec.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';
import { type Recorded, startRecordingProxy } from '../support/recording-proxy.js';

const COMMANDS = [
  'list --all',
  'dumpxml test',
  'dominfo test',
  'domstats',
  'schedinfo test',
  'vcpuinfo test',
  'vcpupin test',
  'domifaddr test',
  'dommemstat test',
  'net-list --all',
  'net-dumpxml default',
  'net-event --timeout 1 --event lifecycle',
  'pool-list --all --details',
  'vol-list default-pool',
  'iface-list --all',
  'nodedev-list --tree',
  'nodeinfo',
  'freecell',
  'snapshot-create-as test one',
  'snapshot-list test',
  'snapshot-info test one',
  'suspend test',
  'resume test',
  'domfsinfo test',
  'domid nobody',
  'desc test --title words',
  'secret-list',
  'nwfilter-list',
  'event --timeout 1 --event lifecycle',
];

describe('what virsh and libvirt’s own daemon say to one another', function () {
  this.timeout(30_000);
  let daemon: RealDaemon;
  before(async () => {
    daemon = await startRealDaemon();
  });
  after(async () => {
    await daemon.stop();
  });

  it('is read, and written again byte by byte', async () => {
    await using proxy = await startRecordingProxy(daemon.socket);
    const uri = `test+unix:///default?socket=${proxy.socket}`;
    // One command that fails does not keep virsh from the next; its status is that of the last one.
    await promisify(execFile)('virsh', ['-c', uri, COMMANDS.join('; ')]).catch(() => undefined);
    const seen = new Map<string, number>();
    let errors = 0;
    for (const recorded of proxy.frames) {
      const { codec, name } = meaning(recorded);
      const value: unknown = decodePayload(codec, recorded.frame.payload, name);
      const again = encodeFrame(recorded.frame.header, codec, value);
      assert.equal(again.toString('hex'), recorded.bytes.toString('hex'), `${recorded.from} ${name}`);
      seen.set(name, (seen.get(name) ?? 0) + 1);
      if (recorded.frame.header.status === MessageStatus.error) errors += 1;
    }
    assert.ok(seen.size >= 30, `only ${[...seen.keys()].join(' ')}`);
    for (const name of ['domainGetXmlDesc', 'connectGetAllDomainStats', 'nodeGetInfo', 'domainSetMetadata'])
      assert.ok(seen.has(name), `${name} was not among ${[...seen.keys()].join(' ')}`);
    assert.ok(errors > 0, 'an error was among it');
  });
});

function meaning({ frame: { header } }: Recorded): { name: string; codec: Codec<unknown> } {
  const name = nameOf(header.program, header.procedure);
  if (name === undefined) throw new Error(`nothing is known of ${JSON.stringify(header)}`);
  const { args, result } = procedureNamed(name);
  if (header.status === MessageStatus.error) return { name, codec: errorPayload };
  return { name, codec: header.type === MessageType.reply ? result : args };
}
