import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealDaemon, type RealDaemon } from '../../packages/node-libvirt/test/support/real-daemon.js';
import { startSshd, type Sshd } from '../channel/sshd.js';
import { builtCommand, run, type BuiltCommand } from './built.js';

describe('a hypervisor that is another machine, over a real sshd', function () {
  this.timeout(30_000);
  let command: BuiltCommand;
  let daemon: RealDaemon;
  let there: Sshd;
  let uri: string;
  before(async () => {
    [command, daemon, there] = await Promise.all([builtCommand(), startRealDaemon(), startSshd()]);
    const { port } = there.endpoint;
    uri = `test+ssh://${there.environment.user}@127.0.0.1:${port}/default?socket=${daemon.socket}&keyfile=${there.key}`;
  });
  after(async () => {
    await Promise.all([daemon.stop(), there[Symbol.asyncDispose]()]);
  });
  const list = (connect: string) =>
    run(command, ['list', '--guest-channel', 'none', '--json', '-c', connect], {
      env: { HOME: there.folder, USER: there.environment.user },
    });
  const withHosts = (file: string) => `${uri}&known_hosts=${file}`;

  it('is listed as this machine would be', async () => {
    const { stdout, status, stderr } = await list(withHosts(join(there.folder, '.ssh/known_hosts')));
    assert.equal(status, 0, stderr);
    const { domains } = JSON.parse(stdout) as { domains: { domain: string }[] };
    assert.deepEqual(
      domains.map(({ domain }) => domain),
      ['test'],
    );
  });

  it('is refused while nobody has said that its host key is right', async () => {
    const { status, stderr } = await run(command, ['list', '-c', uri], {
      env: { HOME: tmpdir(), USER: there.environment.user },
    });
    assert.equal(status, 1);
    assert.match(stderr, /host key/);
    assert.match(stderr, /compare the fingerprint/);
  });

  it('is not reached without a check of the host key', async () => {
    const { status, stderr } = await list(`${uri}&no_verify=1`);
    assert.equal(status, 2);
    assert.match(stderr, /host key is not checked/);
  });

  it('that has no libvirt daemon is told apart from one that SSH does not reach', async () => {
    const elsewhere = uri.replace(daemon.socket, '/nowhere/libvirt-sock');
    const { status, stderr } = await list(elsewhere);
    assert.equal(status, 1);
    assert.match(stderr, /no libvirt daemon answers on .*127\.0\.0\.1/);
    assert.match(stderr, /\/nowhere\/libvirt-sock/);
  });

  it('runs its commands over there', async () => {
    const { openHypervisor } = await import('../../lib/hypervisor/open.js');
    const { sshChannel } = await import('../../lib/channel/index.js');
    const { sshEndpointOf } = await import('../../lib/hypervisor/remote.js');
    const endpoint = sshEndpointOf(uri);
    assert.ok(endpoint);
    const remote = await sshChannel({ ...endpoint, configFile: 'none' }, { environment: there.environment });
    await using hypervisor = await openHypervisor(uri, { host: remote, remote });
    const { stdout } = await hypervisor.host.run(['sh', '-c', 'tr "\\0" " " </proc/$PPID/cmdline']);
    assert.match(stdout, /sshd/);
    const [domain] = await (await hypervisor.observe()).listAllDomains();
    assert.equal(domain?.name, 'test');
  });

  it('lends its connection to what only it can reach', async () => {
    const { sshChannel } = await import('../../lib/channel/index.js');
    await using guest = await startSshd();
    await using through = await sshChannel(there.endpoint, { environment: there.environment });
    const dialled: string[] = [];
    const counting = {
      label: through.label,
      dialTcp: (host: string, port: number) => {
        dialled.push(`${host}:${port}`);
        return through.dialTcp(host, port);
      },
    };
    await using channel = await sshChannel(guest.endpoint, {
      environment: guest.environment,
      through: counting,
    });
    assert.equal((await channel.run(['echo', 'there'])).stdout, 'there\n');
    assert.deepEqual(dialled, [`127.0.0.1:${guest.port}`]);
  });
});
