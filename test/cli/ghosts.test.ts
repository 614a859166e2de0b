import assert from 'node:assert/strict';
import { domainXml, MAC_A, MAC_B, userNic } from '../operations/domains.js';
import { builtCommand, type BuiltCommand } from './built.js';
import { fitting } from './documents.js';
import { NO_GUEST, openStage, type Stage } from './stage.js';

describe('hotnic ghosts', function () {
  this.timeout(120_000);
  let command: BuiltCommand;
  let stage: Stage;
  before(async () => (command = await builtCommand()));
  beforeEach(async () => {
    stage = await openStage(command, {
      domains: [
        { xml: domainXml({ nics: [userNic(MAC_A, 1), userNic(MAC_B, 2)] }) },
        { xml: domainXml({ name: 'well', nics: [userNic('52:54:00:00:00:0c', 1)] }) },
      ],
    });
  });
  afterEach(() => stage[Symbol.asyncDispose]());
  const half = async () => {
    const domain = await stage.world.hypervisor.act.domainLookupByName('web1');
    await domain.detachDeviceFlags(userNic(MAC_B, 2), 2);
  };

  it('scan ends with 0 and says what is unknown where there are no ghosts, with 4 where there are', async () => {
    const clean = await stage.hotnic('ghosts', 'scan', ...NO_GUEST);
    assert.equal(clean.status, 0, clean.stderr);
    assert.match(clean.stdout, /^no ghosts; 3 unknown in 2 domains/);
    assert.match(clean.stdout, /unknown: .*guest-pci: not asked/);
    await half();
    const found = await stage.hotnic('ghosts', 'scan', '--all', ...NO_GUEST);
    assert.equal(found.status, 4);
    assert.match(found.stdout, new RegExp(`web1 +net1 +${MAC_B} +live-only`));
    assert.match(found.stdout, /1 ghost \(1 live-only\)/);
    const document = fitting(
      await stage.hotnic('ghosts', 'scan', ...NO_GUEST, '--json'),
      'hotnic.ghosts-scan/1',
    );
    assert.equal(document.counts['live-only'], 1);
  });

  it('scan is not clean where the definition of a domain could not be read', async () => {
    const action = { kind: 'error', code: 1, message: 'no such luck' } as const;
    stage.world.daemon.fault({ procedure: 'domainGetXmlDesc', action });
    const { status, stdout } = await stage.hotnic('ghosts', 'scan', ...NO_GUEST);
    assert.equal(status, 1);
    assert.match(stdout, /unreadable: (?:web1|well): .*no such luck/);
  });

  it('scan --healthy shows every NIC', async () => {
    const { stdout } = await stage.hotnic('ghosts', 'scan', '--healthy', ...NO_GUEST);
    assert.match(stdout, /^DOMAIN +NIC +MAC +VERDICT +WHAT\n(.*unknown.*\n){3}/);
  });

  it('explain shows planes, evidence and remedies, and fits its schema', async () => {
    await half();
    const { stdout, status } = await stage.hotnic('ghosts', 'explain', 'web1', MAC_B, ...NO_GUEST);
    assert.equal(status, 0);
    for (const words of [
      /: live-only/,
      /^config +no/m,
      /^live +/m,
      /^guest-pci +\? not-asked/m,
      /evidence:/,
      /risk: none/,
    ])
      assert.match(stdout, words);
    const result = await stage.hotnic('ghosts', 'explain', MAC_B, ...NO_GUEST, '--json');
    const { verdict, symptoms } = fitting(result, 'hotnic.ghosts-explain/1');
    assert.deepEqual([verdict?.kind, symptoms[0]?.id], ['live-only', 'half-a-change']);
  });

  it('explain --message needs no hypervisor, and says when nothing is known', async () => {
    const env = { ...stage.env, LIBVIRT_DEFAULT_URI: 'qemu+unix:///system?socket=/nonexistent' };
    Object.assign(stage.env, env);
    const known = await stage.hotnic('ghosts', 'explain', '--message', 'error: No more available\nPCI slots');
    assert.deepEqual([known.status, /^no-slot: /.test(known.stdout)], [0, true]);
    const unknown = await stage.hotnic('ghosts', 'explain', '--message', 'hello', '--json');
    assert.equal(unknown.status, 1);
    assert.deepEqual(fitting(unknown, 'hotnic.ghosts-explain/1').symptoms, []);
  });

  it('clean is a dry run until --apply; then the ghost is gone and the run is recorded', async () => {
    await half();
    const dry = await stage.hotnic('ghosts', 'clean', ...NO_GUEST);
    assert.equal(dry.status, 4);
    assert.match(dry.stdout, /would cure: .*\n[^]*1\. still-holds: [^]*cured: [^]*nothing was changed/);
    assert.deepEqual(await stage.journal(), []);
    const done = await stage.hotnic('ghosts', 'clean', '--apply', ...NO_GUEST, '--json');
    assert.equal(done.status, 0, done.stdout);
    const { treatments } = fitting(done, 'hotnic.ghosts-clean/1');
    assert.deepEqual(
      treatments.map(({ outcome, symptoms }) => [outcome, symptoms]),
      [['done', ['half-a-change']]],
    );
    assert.equal((await stage.journal()).length, 1);
    assert.equal((await stage.hotnic('ghosts', 'scan', ...NO_GUEST)).status, 0);
  });

  it('refuses what makes no sense with exit code 2', async () => {
    const wrong = [
      ['scan', 'web1', '--all'],
      ['scan', '--qemu', '--no-qemu'],
      ['scan', '--guests', '0'],
      ['scan', '--guest-timeout', 'soon'],
      ['explain'],
      ['explain', 'web1', 'net0', '--message', 'x'],
      ['explain', 'net0'],
      ['explain', 'web1', 'net9'],
      ['clean', '--kind', 'healthy'],
      ['clean', '--max-risk', 'all'],
      ['clean', '--choose', 'live'],
      ['clean', '--nic', 'net0'],
    ];
    for (const argv of wrong) {
      const { status, stderr } = await stage.hotnic('ghosts', ...argv, ...NO_GUEST);
      assert.equal(status, 2, `${argv.join(' ')}: ${stderr}`);
      assert.notEqual(stderr, '');
    }
    assert.equal((await stage.hotnic('ghosts', 'scan', 'nosuch', ...NO_GUEST)).status, 1);
  });
});
