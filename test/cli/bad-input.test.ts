import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { domainXml, MAC_A, MAC_B, userNic } from '../operations/domains.js';
import { builtCommand, run, type BuiltCommand } from './built.js';
import { documentOf, openStage, type Stage } from './stage.js';

const GUEST = ['--guest-channel', 'none'] as const;
const TOP = MAC_A;

/** Command line, exit code, code of the error, and what its next step names. */
type Row = readonly [readonly string[], 1 | 2, string, RegExp];

const attach = (...rest: readonly string[]) => ['attach', 'web1', ...GUEST, ...rest] as const;
const user = (...rest: readonly string[]) => attach('--user', ...rest);

const ROWS: readonly Row[] = [
  [['detach', 'nosuch', 'net0', ...GUEST], 1, 'domain-not-found', /web1/],
  [['attach', 'nosuch', '--user', ...GUEST], 1, 'domain-not-found', /web1/],
  [['list', 'nosuch', ...GUEST], 1, 'domain-not-found', /web1/],
  [['detach', 'web1', 'net9', ...GUEST], 2, 'nic-unknown', /net0/],
  [['detach', 'twins', MAC_B, ...GUEST], 2, 'nic-ambiguous', /net0.*net1/],
  [['update', 'twins', MAC_B, '--link', 'down'], 2, 'nic-ambiguous', /net0.*net1/],
  [['detach', 'web1', '52:54:00:00:0a', ...GUEST], 2, 'mac-invalid', /52:54:00:12:34:56/],
  [['detach', 'web1', '01:00:5e:00:00:0a', ...GUEST], 2, 'mac-invalid', /52:54:00:12:34:56/],
  [user('--mac', '52:54:00:zz:00:0a'), 2, 'mac-invalid', /52:54:00/],
  [user('--mac', '53:54:00:00:00:0a'), 2, 'mac-invalid', /52:54:00|multicast|even/],
  [user('--mac', TOP), 2, 'mac-taken', /--mac/],
  [user('--mtu', '0'), 2, 'mtu-invalid', /mtu/i],
  [user('--mtu', '99999999'), 2, 'mtu-invalid', /mtu/i],
  [user('--mtu', 'big'), 2, 'mtu-invalid', /mtu/i],
  [user('--queues', '0'), 2, 'queues-invalid', /queues/i],
  [attach('--network', 'default', '--vlan', '5000'), 2, 'vlan-invalid', /4094|4095/],
  [attach('--network', 'default', '--inbound', 'fast'), 2, 'bandwidth-invalid', /./],
  [['update', 'web1', 'net0', '--bandwidth', 'fast'], 2, 'bandwidth-invalid', /./],
  [attach('--network', 'nope'), 1, 'network-not-found', /default/],
  [attach('--bridge', 'br-nope'), 1, 'bridge-not-found', /ip -br link/],
  [attach('--network', 'a', '--bridge', 'b'), 2, 'source-conflict', /--network/],
  [attach(), 2, 'source-missing', /--network/],
  [attach('--type', 'mcast'), 2, 'type-invalid', /network/],
  [['attach', 'stopped', '--user', '--live', ...GUEST], 1, 'domain-not-running', /--live/],
  [['attach', 'brief', '--user', '--config', ...GUEST], 1, 'domain-transient', /--config/],
  [user('--current', '--live'), 2, 'affect-conflict', /--current/],
  [user('--timeout', 'soon'), 2, 'number-invalid', /--timeout 30/],
  [user('--wait-ip'), 2, 'wait-ip-conflict', /--wait-ip/],
  [['update', 'web1', 'net0'], 2, 'nothing-to-change', /--link/],
  [['update', 'web1', 'net0', '--source', 'x'], 2, 'source-unfit', /attach another/],
  [user('--template', 'HOME/malformed.xml'), 2, 'template-malformed', /./],
  [user('--template', 'HOME/laughs.xml'), 2, 'template-malformed', /./],
  [user('--template', 'HOME/missing.xml'), 2, 'template-missing', /readable file/],
  [user('--template', '/dev/zero'), 2, 'template-missing', /readable file/],
  [['list', ...GUEST, '--connect', 'qemu+carrier-pigeon:///system'], 2, 'uri-invalid', /qemu:\/\/\/system/],
  [['list', ...GUEST, '--connect', 'not a uri'], 2, 'uri-invalid', /qemu:\/\/\/system/],
  [
    ['list', ...GUEST, '--connect', 'qemu+unix:///system?socket=HOME/nosock'],
    1,
    'libvirt-missing',
    /systemctl start/,
  ],
  [
    ['list', ...GUEST, '--connect', 'qemu+unix:///system?socket=HOME/malformed.xml'],
    1,
    'libvirt-not-a-socket',
    /socket=/,
  ],
  [
    ['list', ...GUEST, '--connect', 'qemu+unix:///system?socket=HOME/dead.sock'],
    1,
    'libvirt-refused',
    /systemctl start/,
  ],
  [['journal', 'show', 'nosuch'], 2, 'run-not-found', /journal list/],
  [['journal', 'show', '../../etc/passwd'], 2, 'run-not-found', /journal list/],
  [['guest', 'set-endpoint', 'web1', 'user@host:99999'], 2, 'ssh-target', /./],
  [['attach', 'web1', '--user'], 1, 'guest-endpoint-unknown', /--ssh/],
  [['attach', 'web1', '--user', '--frobnicate'], 2, 'usage', /attach --help/],
  [['atach', 'web1'], 2, 'usage', /--help/],
];

describe('bad input', function () {
  this.timeout(120_000);
  let command: BuiltCommand;
  let stage: Stage;

  before(async () => {
    command = await builtCommand();
    const twins = domainXml({ name: 'twins', nics: [userNic(MAC_B, 1), userNic(MAC_B, 2)] });
    stage = await openStage(command, {
      domains: [
        { xml: domainXml() },
        { xml: twins },
        { xml: domainXml({ name: 'stopped' }), active: false },
        { xml: domainXml({ name: 'brief' }), persistent: false },
      ],
      networks: [{ xml: "<network><name>default</name><bridge name='virbr0'/></network>" }],
    });
    await writeFile(join(stage.home, 'malformed.xml'), '<interface type="user"><mac></interface>');
    const entities = Array.from(
      { length: 10 },
      (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
    );
    const laughs = `<!DOCTYPE x [<!ENTITY l0 "ha">${entities.join('')}]><interface type="user"><x>&l10;</x></interface>`;
    await writeFile(join(stage.home, 'laughs.xml'), laughs);
    await deadSocket(join(stage.home, 'dead.sock'));
  });
  after(() => stage[Symbol.asyncDispose]());

  const definitions = () =>
    ['web1', 'twins', 'stopped', 'brief'].map((name) => {
      const { liveXml, configXml } = stage.world.daemon.domain(name);
      return [liveXml, configXml];
    });

  for (const [argv, exit, code, next] of ROWS)
    it(`hotnic ${argv.filter((word) => !GUEST.some((one) => one === word)).join(' ')}: exit ${exit}, ${code}`, async () => {
      const before = definitions();
      const typed = argv.map((word) => word.replace('HOME', stage.home));
      const result = await stage.hotnic(...typed, '--json');
      const { schema, ...error } = documentOf(result);
      assert.equal(schema, 'hotnic.error/1');
      assert.deepEqual([result.status, error['code']], [exit, code], result.stderr);
      assert.match(String(error['next']), next);
      assert.match(result.stderr, /^hotnic: .+/m);
      assert.match(result.stderr, /^ {2}next: {2}./m);
      assert.deepEqual(definitions(), before);
      assert.deepEqual(await stage.journal(), []);
    });

  it('no permission for the socket: says which group', async () => {
    assert.equal(process.getuid?.(), 0, 'takes root, to become somebody else');
    const socket = join(dirname(new URL(stage.world.uri).searchParams.get('socket') ?? ''), 'libvirt-sock');
    await chmod(dirname(socket), 0o755);
    await chmod(socket, 0o600);
    const result = await run(command, ['list', ...GUEST, '--json'], {
      env: stage.env,
      wrapper: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
    });
    await chmod(socket, 0o777);
    assert.deepEqual([result.status, documentOf(result)['code']], [1, 'libvirt-permission'], result.stderr);
    assert.match(result.stderr, /as root, or join the group/);
  });

  it('a journal that cannot be written: nothing is changed', async () => {
    const before = definitions();
    await writeFile(join(stage.home, 'file'), '');
    const result = await stage.hotnic(
      'detach',
      'web1',
      'net0',
      ...GUEST,
      '--state-dir',
      join(stage.home, 'file'),
      '--json',
    );
    assert.deepEqual([result.status, documentOf(result)['code']], [1, 'journal-unwritable']);
    assert.match(result.stderr, /--state-dir/);
    assert.deepEqual(definitions(), before);
  });
});

/** A socket that is there, and nobody listens on it. */
async function deadSocket(path: string): Promise<void> {
  const { spawnSync } = await import('node:child_process');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.live`, resolve));
  // A socket's file outlives its listener only when it is not removed at close: a second name survives.
  spawnSync('ln', [`${path}.live`, path]);
  await new Promise((resolve) => server.close(resolve));
}
