import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Connection, type Domain, type LibvirtStream } from '../../src/index.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';

const MiB = 1024 * 1024;

describe('streams of libvirt’s own daemon', function () {
  this.timeout(30_000);
  let daemon: RealDaemon;
  let connection: Connection;
  let pool: { readonly name: string; readonly uuid: string };
  before(async () => {
    daemon = await startRealDaemon();
    connection = await connect(daemon.uri('qemu', 'session'));
    const folder = join(daemon.folder, 'pool');
    await mkdir(folder);
    if (process.getuid?.() === 0) await chown(folder, 65_534, 65_534);
    const xml = `<pool type='dir'><name>pool</name><target><path>${folder}</path></target></pool>`;
    pool = (await connection.call('storagePoolCreateXml', { xml, flags: 0 })).pool;
  });
  after(async () => {
    await connection.close();
    await daemon.stop();
  });

  const volume = async (name: string, bytes: number) => {
    const xml = `<volume><name>${name}</name><capacity>${bytes}</capacity><target><format type='raw'/></target></volume>`;
    return (await connection.call('storageVolCreateXml', { pool, xml, flags: 0 })).vol;
  };
  const download = async (vol: Awaited<ReturnType<typeof volume>>, flags = 0): Promise<LibvirtStream> => {
    const { stream } = await connection.openStream('storageVolDownload', {
      vol,
      offset: 0n,
      length: 0n,
      flags,
    });
    return stream;
  };

  it('carry a volume there and back unchanged, with calls in between', async () => {
    const data = randomBytes(5 * MiB + 17);
    const vol = await volume('there', data.length);
    const { stream } = await connection.openStream('storageVolUpload', {
      vol,
      offset: 0n,
      length: 0n,
      flags: 0,
    });
    await Promise.all([pipeline(Readable.from([data]), stream), connection.getHostname()]);
    const back = await download(vol);
    const [read] = await Promise.all([buffer(back), connection.getHostname(), connection.getHostname()]);
    assert.ok(read.equals(data));
    assert.equal(await connection.getType(), 'QEMU');
  });

  it('give holes of a sparse volume as zeros', async () => {
    const vol = await volume('sparse', 3 * MiB);
    const sparse = 1;
    const read = await buffer(await download(vol, sparse));
    assert.equal(read.length, 3 * MiB);
    assert.ok(read.every((byte) => byte === 0));
  });

  it('do not take memory for what nobody reads, and answer calls meanwhile', async () => {
    const vol = await volume('large', 64 * MiB);
    const stream = await download(vol);
    stream.once('readable', () => undefined);
    await sleep(300);
    assert.ok(stream.waitingBytes < 3 * MiB, `${stream.waitingBytes} bytes wait`);
    assert.equal(await connection.getType(), 'QEMU');
    await sleep(50);
    assert.ok(stream.waitingBytes < 24 * MiB, `${stream.waitingBytes} bytes wait`);
    assert.equal((await buffer(stream)).length, 64 * MiB);
  });

  it('that are aborted leave the connection in step', async () => {
    const vol = await volume('aborted', 32 * MiB);
    const controller = new AbortController();
    const args = { vol, offset: 0n, length: 0n, flags: 0 };
    const { stream } = await connection.openStream('storageVolDownload', args, { signal: controller.signal });
    await once(stream, 'readable');
    const failed = once(stream, 'error');
    controller.abort(new Error('changed my mind'));
    assert.match(String((await failed)[0]), /changed my mind/);
    for (let call = 0; call < 10; call += 1) assert.equal(await connection.getType(), 'QEMU');
    const upload = await connection.openStream('storageVolUpload', args);
    upload.stream.write(randomBytes(MiB));
    upload.stream.destroy();
    assert.equal((await buffer(await download(vol))).length, 32 * MiB);
  });

  it('pass on why the daemon does not open one, and refuse calls without one', async () => {
    const vol = { ...(await volume('gone', 1)), name: 'other', key: '/other' };
    await assert.rejects(download(vol), { name: 'LibvirtError', procedure: 'storageVolDownload' });
    await assert.rejects(connection.openStream('connectGetHostname', {}), TypeError);
  });

  it('carry a guest’s console and its screen', async () => {
    const domain = await connection.domainCreateXML(SPEAKING);
    try {
      const { stream } = await connection.openStream('domainOpenConsole', {
        dom: domain.ref,
        devName: null,
        flags: 0,
      });
      // QEMU drops what it writes while nobody looks: the firmware speaks again after each reset.
      const again = setInterval(() => void domain.reset(), 2000);
      await saying(stream, /SeaBIOS/);
      clearInterval(again);
      const { result, stream: picture } = await shot(domain);
      const image = await buffer(picture);
      assert.match(result.mime ?? '', /^image\//);
      assert.match(image.toString('latin1', 0, 3), /^P6|^\x89PN/);
      stream.write('\r');
      stream.end();
      stream.resume();
      await once(stream, 'close');
    } finally {
      await domain.destroy();
    }
  });

  it('end with the connection', async () => {
    const other = await connect(daemon.uri('qemu', 'session'));
    const vol = await volume('cut', 32 * MiB);
    const { stream } = await other.openStream('storageVolDownload', {
      vol,
      offset: 0n,
      length: 0n,
      flags: 0,
    });
    const failed = once(stream, 'error');
    await other.close();
    assert.equal(((await failed) as [Error])[0].name, 'ConnectionLostError');
  });

  const shot = (domain: Domain) =>
    connection.openStream('domainScreenshot', { dom: domain.ref, screen: 0, flags: 0 });
});

/** Its firmware writes to the serial line. */
const SPEAKING = `<domain type='qemu'>
  <name>speaking</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type><bios useserial='yes'/></os>
  <devices>
    <controller type='usb' model='none'/>
    <console type='pty'/>
    <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga' vram='1024'/></video>
    <memballoon model='none'/>
  </devices>
</domain>`;

async function saying(stream: LibvirtStream, words: RegExp): Promise<void> {
  let said = '';
  for await (const chunk of on(stream)) {
    said += chunk.toString('latin1');
    if (words.test(said)) return;
  }
  assert.fail(`the console ended after ${JSON.stringify(said)}`);
}

/** Chunks of a stream, which is left open at the end. */
function on(stream: Readable): AsyncIterable<Buffer> {
  return stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
