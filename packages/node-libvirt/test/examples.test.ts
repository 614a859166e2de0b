import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSshd } from '../../../test/channel/sshd.js';
import { AffectFlags, connect } from '../src/index.js';
import { SimulatedDaemon } from '../src/simulator/index.js';
import { nic, q35 } from './support/domain-xml.js';
import { startRealDaemon } from './support/real-daemon.js';

const folder = fileURLToPath(new URL('../examples/', import.meta.url));
const node = (name: string): string[] => ['--conditions=source', '--import=tsx', join(folder, `${name}.ts`)];

async function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { timeout: 20_000, env: { ...process.env, ...env } };
  return (await promisify(execFile)(process.execPath, [...node(name), ...args], options)).stdout;
}

describe('the examples', function () {
  this.timeout(40_000);
  let sockets: string;
  let daemon: SimulatedDaemon;
  let uri: string;
  before(async () => {
    sockets = await mkdtemp(join(tmpdir(), 'nlv-'));
    const monitor = (): string => '{"return":{"status":"running"}}';
    daemon = new SimulatedDaemon({ domains: [{ xml: q35('guest'), monitor }] });
    await daemon.listen(join(sockets, 'sock'));
    uri = `qemu:///system?socket=${join(sockets, 'sock')}`;
  });
  after(async () => {
    await daemon.close();
    await rm(sockets, { recursive: true });
  });

  it('list domains, attach a NIC, ask QEMU', async () => {
    assert.equal(await run('list-domains', [uri]), 'guest running\n');
    assert.match(await run('attach-nic', [uri, 'guest']), /^attached as net\d\n$/);
    assert.match(await run('qmp', [uri, 'guest']), /"status": "running"/);
  });

  it('watch devices', async () => {
    const child = spawn(process.execPath, [...node('watch-devices'), uri, '2'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await using connection = await connect(uri);
    const domain = await connection.domainLookupByName('guest');
    await domain.attachDeviceFlags(nic(9), AffectFlags.LIVE);
    await domain.detachDeviceFlags(nic(9), AffectFlags.LIVE);
    await once(child, 'close');
    assert.match(said, /^guest: (net\d) came\nguest: \1 went\n$/);
  });

  it('go through SSH, and show a console', async () => {
    const real = await startRealDaemon();
    await using sshd = await startSshd();
    try {
      const remote = `test+ssh://127.0.0.1:${sshd.port}/default?socket=${real.socket}`;
      assert.match(await run('remote-ssh', [remote], { HOME: sshd.folder }), / libvirt \d+\n$/);
      await using connection = await connect(real.uri('qemu', 'session'));
      const domain = await connection.domainCreateXML(SPEAKING);
      const args = [...node('console'), real.uri('qemu', 'session'), 'speaking'];
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      let said = '';
      // QEMU drops what it writes while nobody looks: the firmware speaks again after each reset.
      const again = setInterval(() => void domain.reset(), 2000);
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        said += chunk.toString('latin1');
        if (said.includes('SeaBIOS')) break;
      }
      clearInterval(again);
      assert.match(said, /SeaBIOS/);
      child.kill();
      await domain.destroy();
    } finally {
      await real.stop();
    }
  });
});

const SPEAKING = q35('speaking', { nics: ["<console type='pty'/>"] }).replace(
  '</os>',
  "<bios useserial='yes'/></os>",
);
