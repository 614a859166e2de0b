import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshEndpoint } from '../../lib/channel/index.js';
import type { Hop } from '../../lib/channel/ssh/hop.js';
import { resolveHops } from '../../lib/channel/ssh/resolve.js';
import { rejectsWith } from './asserting.js';

describe('ssh_config', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'hotnic-home-'));
    mkdirSync(join(home, '.ssh/more.d'), { recursive: true });
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });
  const config = (...lines: string[]): void => {
    writeFileSync(join(home, '.ssh/config'), lines.join('\n'));
  };
  const resolve = (endpoint: SshEndpoint): Promise<readonly Hop[]> =>
    resolveHops(endpoint, { home, user: 'me', agentSocket: '/agent' });
  const last = async (endpoint: SshEndpoint): Promise<Hop> => {
    const hop = (await resolve(endpoint)).at(-1);
    assert.ok(hop);
    return hop;
  };

  it('is not needed', async () => {
    const hop = await last({ host: 'web1' });
    assert.deepEqual([hop.host, hop.port, hop.user, hop.agentSocket], ['web1', 22, 'me', '/agent']);
    assert.deepEqual(
      hop.identities.map((one) => [one.file, one.explicit]),
      ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => [join(home, '.ssh', name), false]),
    );
    assert.deepEqual(hop.knownHosts, [
      join(home, '.ssh/known_hosts'),
      join(home, '.ssh/known_hosts2'),
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ]);
  });

  it('gives name, port, user, keys, alias and known_hosts', async () => {
    config(
      'Host web*',
      '  HostName %h.example',
      '  port 2222',
      '  User root',
      '  IdentityFile ~/.ssh/one',
      '  IdentityFile %d/two-%r',
      '  IdentitiesOnly yes',
      '  IdentityAgent none',
      '  HostKeyAlias webs',
      '  UserKnownHostsFile ~/kh1 /kh2',
      '  StrictHostKeyChecking no',
      'Host *',
      '  User nobody',
    );
    const hop = await last({ host: 'web1' });
    assert.deepEqual([hop.host, hop.port, hop.user], ['web1.example', 2222, 'root']);
    assert.deepEqual(hop.identities, [
      { file: join(home, '.ssh/one'), explicit: true },
      { file: join(home, 'two-root'), explicit: true },
    ]);
    assert.deepEqual([hop.identitiesOnly, hop.agentSocket, hop.hostKeyAlias], [true, undefined, 'webs']);
    assert.deepEqual(hop.knownHosts.slice(0, 2), [join(home, 'kh1'), '/kh2']);
  });

  it('gives way to what was typed', async () => {
    config('Host web1', ' Port 2222', ' User root', ' IdentityFile /a', ' ProxyJump b');
    const hops = await resolve({
      host: 'web1',
      port: 1,
      user: 'u',
      identity: ['/x'],
      knownHosts: ['/k'],
      jump: 'none',
    });
    const [hop] = hops;
    assert.equal(hops.length, 1);
    assert.deepEqual([hop?.port, hop?.user, hop?.knownHosts[0]], [1, 'u', '/k']);
    assert.deepEqual(
      hop?.identities.map((one) => one.file),
      ['/x', '/a'],
    );
  });

  it('is followed into its includes, inside a Host too', async () => {
    writeFileSync(join(home, '.ssh/more.d/10.conf'), 'Host web1\n  Port 10\n');
    writeFileSync(join(home, '.ssh/more.d/20.conf'), 'Host web1\n  Port 20\n');
    writeFileSync(join(home, '.ssh/inner'), 'User inner\n');
    config('Include more.d/*.conf ~/.ssh/none', 'Host web1', '  Include inner', '  Port 30');
    const hop = await last({ host: 'web1' });
    assert.deepEqual([hop.port, hop.user], [10, 'inner']);
  });

  it('that includes itself is refused', async () => {
    config('Include config');
    await rejectsWith(resolve({ host: 'web1' }), 'ssh-config');
  });

  it('gives a chain of jump hosts, each with its own settings', async () => {
    config('Host inner', ' ProxyJump a@first:1,second', 'Host second', ' HostName 10.0.0.2', ' User two');
    const hops = await resolve({ host: 'inner', user: 'x' });
    assert.deepEqual(
      hops.map((hop) => [hop.user, hop.host, hop.port, hop.jump]),
      [
        ['a', 'first', 1, undefined],
        ['two', '10.0.0.2', 22, 'a@first:1'],
        ['x', 'inner', 22, 'a@first:1,two@10.0.0.2:22'],
      ],
    );
  });

  it('with a jump host for all hosts does not reach that host through itself', async () => {
    config('Host *', ' ProxyJump gate');
    assert.deepEqual(
      (await resolve({ host: 'web1' })).map((hop) => hop.host),
      ['gate', 'web1'],
    );
  });

  it('whose jump hosts go round in a circle is refused', async () => {
    config('Host a', ' ProxyJump b', 'Host b', ' ProxyJump a');
    await rejectsWith(resolve({ host: 'a' }), 'ssh-config');
  });

  it('runs nothing, whatever it says', async () => {
    config(
      `Match exec "touch ${home}/ran"`,
      ' Port 1',
      'Host *',
      ' CanonicalizeHostName yes',
      ' CanonicalDomains example',
      ' Port 2',
    );
    assert.equal((await last({ host: 'web1' })).port, 2);
    assert.throws(() => {
      rmSync(join(home, 'ran'));
    });
  });

  it('with a ProxyCommand is refused, unless a jump was typed', async () => {
    config('Host web*', ' ProxyCommand nc %h %p');
    await rejectsWith(resolve({ host: 'web1' }), 'ssh-config');
    assert.equal((await resolve({ host: 'web1', jump: 'gate' })).length, 2);
  });

  it('is checked like what is typed', async () => {
    config('Host web1', ' HostName -oProxyCommand=id', 'Host web2', ' Port x');
    await rejectsWith(resolve({ host: 'web1' }), 'ssh-target');
    await rejectsWith(resolve({ host: 'web2' }), 'ssh-config');
  });

  it('that was asked for must be there', async () => {
    await rejectsWith(resolve({ host: 'web1', configFile: join(home, 'nothing') }), 'ssh-config');
    assert.equal((await resolve({ host: 'web1', configFile: 'none' })).length, 1);
  });
});
