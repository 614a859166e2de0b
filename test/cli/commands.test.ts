import assert from 'node:assert/strict';
import { domainXml, MAC_A, MAC_B, networkNic, userNic } from '../operations/domains.js';
import { builtCommand, onTerminal, type BuiltCommand } from './built.js';
import { fitting } from './documents.js';
import { NO_GUEST, openStage, type Stage } from './stage.js';

const ESC = '\u001b';

describe('the command', function () {
  this.timeout(120_000);
  let command: BuiltCommand;
  let stage: Stage;
  before(async () => (command = await builtCommand()));
  beforeEach(async () => {
    stage = await openStage(command, {
      domains: [
        { xml: domainXml(), devices: { net0: 'release' } },
        { xml: domainXml({ name: 'deaf', nics: [userNic(MAC_B, 1)] }), detach: 'never' },
        { xml: domainXml({ name: 'off', nics: [networkNic(MAC_A, 1)] }), active: false },
      ],
    });
  });
  afterEach(() => stage[Symbol.asyncDispose]());

  it('attaches, lists, updates and detaches, and records it; every document fits its schema', async () => {
    const attached = fitting(
      await stage.hotnic('attach', 'web1', '--user', ...NO_GUEST, '--json'),
      'hotnic.attach/1',
    );
    assert.deepEqual([attached.outcome, attached.proof.alias], ['done', 'net1']);
    const { domains } = fitting(await stage.hotnic('list', ...NO_GUEST, '--json'), 'hotnic.list/1');
    assert.deepEqual(
      domains.map(({ domain }) => domain),
      ['deaf', 'off', 'web1'],
    );
    assert.deepEqual(
      domains.flatMap(({ nics }) => nics.map(({ verdict }) => verdict.kind)),
      ['unknown', 'offline', 'unknown', 'unknown'],
    );
    const updated = fitting(
      await stage.hotnic('update', 'web1', 'net1', '--link', 'down', '--json'),
      'hotnic.update/1',
    );
    assert.equal(updated.outcome, 'done');
    const detached = fitting(
      await stage.hotnic('detach', 'web1', attached.mac, ...NO_GUEST, '--json'),
      'hotnic.detach/1',
    );
    assert.deepEqual([detached.outcome, detached.proof.guest], ['done', 'not-asked']);
    const { runs } = fitting(await stage.hotnic('journal', 'list', '--json'), 'hotnic.journal-list/1');
    assert.deepEqual(
      runs.map(({ operation, outcome }) => [operation, outcome]),
      [
        ['attach', 'done'],
        ['update', 'done'],
        ['detach', 'done'],
      ],
    );
    const last = fitting(await stage.hotnic('journal', 'show', 'last', '--json'), 'hotnic.journal-run/1');
    assert.deepEqual([last.id, last.damage], [detached.run, []]);
  });

  it('stores where a guest answers, looks at the machine, and tells that there is no lab', async () => {
    const set = fitting(
      await stage.hotnic('guest', 'set-endpoint', 'web1', 'root@192.0.2.7', '--json'),
      'hotnic.endpoint/1',
    );
    assert.deepEqual([set.domain, set.ssh], ['web1', 'root@192.0.2.7']);
    assert.match(stage.world.daemon.domain('web1').configXml ?? '', /192\.0\.2\.7/);
    const { findings } = fitting(await stage.hotnic('doctor', '--json'), 'hotnic.doctor/1');
    assert.ok(findings.some(({ text }) => text.includes('libvirt 9.0.0')));
    assert.equal(
      fitting(await stage.hotnic('lab', 'status', '--name', 'no-such-lab', '--json'), 'hotnic.lab/1').up,
      false,
    );
  });

  it('ends with 3 and both definitions unchanged when the guest does not let go', async () => {
    const before = [stage.world.daemon.domain('deaf').liveXml, stage.world.daemon.domain('deaf').configXml];
    const result = await stage.hotnic('detach', 'deaf', MAC_B, ...NO_GUEST, '--timeout', '0.5', '--json');
    const { outcome, exitCode, next } = fitting(result, 'hotnic.detach/1');
    assert.deepEqual([result.status, outcome, exitCode], [3, 'pending', 3]);
    assert.match(next ?? '', /hotnic detach deaf/);
    assert.deepEqual(
      [stage.world.daemon.domain('deaf').liveXml, stage.world.daemon.domain('deaf').configXml],
      before,
    );
  });

  it('ends with 1 when libvirt refuses, and with 5 when it is half done', async () => {
    const { daemon } = stage.world;
    daemon.fault({ procedure: 'domainDetachDeviceAlias', action: { kind: 'error', code: 9, message: 'no' } });
    assert.equal((await stage.hotnic('detach', 'web1', 'net0', ...NO_GUEST)).status, 1);
    daemon.fault({
      procedure: 'domainDetachDeviceFlags',
      action: { kind: 'error', code: 38, message: 'no' },
    });
    const half = await stage.hotnic('detach', 'web1', 'net0', ...NO_GUEST);
    assert.equal(half.status, 5);
    assert.match(half.stdout, new RegExp(`next: hotnic detach web1 ${MAC_A} --config`));
    assert.match(half.stdout, /record: hotnic journal show [0-9TZ]+-[0-9a-f]{6}/);
    const mended = await stage.hotnic('detach', 'web1', MAC_A, '--config', ...NO_GUEST);
    assert.equal(mended.status, 0, mended.stderr);
  });

  it('prints the result on stdout and nothing else, without colour or redrawing', async () => {
    const lines = [
      ['list', ...NO_GUEST],
      ['attach', 'web1', '--user', ...NO_GUEST, '--verbose'],
      ['detach', 'deaf', 'net0', ...NO_GUEST, '--timeout', '0.3'],
      ['list', '--help'],
      ['list', '--nonsense'],
    ];
    for (const argv of lines) {
      const { stdout, stderr } = await stage.hotnic(...argv);
      for (const sign of [ESC, '\r', '\u0007']) assert.ok(!(stdout + stderr).includes(sign), argv.join(' '));
    }
    const quiet = await stage.hotnic('attach', 'web1', '--user', ...NO_GUEST, '--quiet');
    assert.deepEqual([quiet.status, quiet.stderr], [0, '']);
    assert.equal(quiet.stdout.split('\n').length, 2);
    const wrong = await stage.hotnic('list', 'nosuch', ...NO_GUEST);
    assert.equal(wrong.stdout, '');
  });

  it('does not colour or redraw with NO_COLOR on a terminal either', async () => {
    const argv = ['detach', 'deaf', 'net0', ...NO_GUEST, '--timeout', '1.5'];
    const plain = await onTerminal(command, argv, { ...stage.env, NO_COLOR: '1' });
    assert.match(plain, /not gone/);
    assert.ok(!plain.includes(ESC));
    assert.ok((await onTerminal(command, argv, stage.env)).includes(`${ESC}[K`));
  });

  it('lists as a table with what is not known as "?", never as "no"', async () => {
    const { stdout } = await stage.hotnic('list', 'web1', ...NO_GUEST);
    const [head = '', row = ''] = stdout.split('\n');
    assert.match(head, /^DOMAIN +ALIAS +MAC +SOURCE +CONFIG +LIVE +HOST +GUEST-PCI +GUEST-NET +VERDICT$/);
    assert.match(row, new RegExp(`^web1 +net0 +${MAC_A} +user +yes +yes +- +\\? +\\? +unknown$`));
  });

  it('shows what a dry run would do and writes no journal', async () => {
    const { stdout, status } = await stage.hotnic('detach', 'web1', 'net0', '--dry-run', ...NO_GUEST);
    assert.equal(status, 0);
    assert.match(stdout, /dry run, nothing was changed\n {2}1\. listen: /);
    assert.deepEqual(await stage.journal(), []);
  });

  it('tells its version in any way that is asked', async () => {
    for (const argv of [['--version'], ['-V'], ['--version', '--json']]) {
      const { stdout, status } = await stage.hotnic(...argv);
      assert.deepEqual([stdout, status], ['0.1.0\n', 0], argv.join(' '));
    }
  });

  it('completes commands and options in a shell', async () => {
    assert.match((await stage.hotnic('completion')).stdout, /complete .*hotnic/);
    assert.match((await stage.hotnic('--get-yargs-completions', 'hotnic', 'det')).stdout, /detach/);
    assert.match(
      (await stage.hotnic('--get-yargs-completions', 'hotnic', 'detach', '--allow')).stdout,
      /--allow-management-nic/,
    );
  });
});
