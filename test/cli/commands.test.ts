import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { DOCUMENTS, jsonSchemas } from '../../lib/cli/schemas/index.js';
import { domainXml, MAC_A, MAC_B, networkNic, userNic } from '../operations/domains.js';
import { until } from '../operations/world.js';
import { builtCommand, onTerminal, run, type BuiltCommand, type Run } from './built.js';
import { documentOf, openStage, type Stage } from './stage.js';

const ESC = '\u001b';
const NO_GUEST = ['--guest-channel', 'none'] as const;

/** The document on stdout, which must fit its published schema. */
function fitting<N extends keyof typeof DOCUMENTS>(result: Run, name: N): z.infer<(typeof DOCUMENTS)[N]> {
  const document = documentOf(result);
  assert.equal(document['schema'], name, result.stderr);
  const parsed = DOCUMENTS[name].safeParse(document);
  assert.ok(parsed.success, parsed.error?.message);
  return parsed.data as z.infer<(typeof DOCUMENTS)[N]>;
}

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

  const interrupts = [
    ['SIGINT', 'never', 130, /interrupted[^]*stopped before the change/],
    ['SIGHUP', 'never', 130, /interrupted[^]*stopped before the change/],
    ['SIGTERM', { kind: 'release', afterMs: 700 }, 0, /gone from/],
    ['SIGHUP', { kind: 'release', afterMs: 700 }, 0, /gone from/],
  ] as const;
  for (const [signal, script, status, words] of interrupts)
    it(`answers ${signal} while it waits with ${status}, both definitions agreeing`, async () => {
      const { daemon } = stage.world;
      daemon.domain('web1').behave('net0', script);
      let pid = 0;
      const running = run(command, ['detach', 'web1', 'net0', ...NO_GUEST], {
        env: stage.env,
        onStart: (started) => (pid = started),
      });
      await until(
        () => daemon.calls.some(({ procedure }) => procedure === 'domainDetachDeviceAlias'),
        'the request',
      );
      process.kill(pid, signal);
      const result = await running;
      assert.equal(result.status, status, result.stderr);
      assert.match(result.stdout, words);
      assert.match(result.stderr, /interrupted: stopping at a point where both definitions agree/);
      const { liveXml, configXml } = daemon.domain('web1');
      assert.equal(liveXml?.includes(MAC_A), configXml?.includes(MAC_A));
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

  it('ends quietly when nobody reads its output any more', async () => {
    const child = spawn(process.execPath, [command.path, 'list', ...NO_GUEST, '--json'], {
      env: { PATH: process.env['PATH'], ...stage.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    await new Promise((resolve) => child.once('close', resolve));
    assert.equal(stderr, '');
  });

  it('carries a change through when nobody reads its output any more', async () => {
    const { daemon } = stage.world;
    daemon.domain('web1').behave('net0', { kind: 'release', afterMs: 500 });
    const child = spawn(process.execPath, [command.path, 'detach', 'web1', 'net0', ...NO_GUEST, '-v'], {
      env: { PATH: process.env['PATH'], ...stage.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    child.stderr.destroy();
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(status, 0);
    const { liveXml, configXml } = daemon.domain('web1');
    assert.deepEqual([liveXml?.includes(MAC_A), configXml?.includes(MAC_A)], [false, false]);
  });

  it('ends with 130 at the first SIGINT while it still connects', async () => {
    stage.world.daemon.fault({ procedure: 'connectOpen', times: Infinity, action: { kind: 'silence' } });
    let pid = 0;
    const running = run(command, ['detach', 'web1', 'net0', ...NO_GUEST, '--json'], {
      env: stage.env,
      onStart: (started) => (pid = started),
    });
    await until(
      () => stage.world.daemon.calls.filter(({ procedure }) => procedure === 'connectOpen').length > 1,
      'the call',
    );
    process.kill(pid, 'SIGINT');
    const result = await running;
    assert.equal(result.status, 130, result.stderr);
    fitting(result, 'hotnic.error/1');
    assert.deepEqual(await stage.journal(), []);
  });

  it('does not hang when libvirt has stopped answering: SIGINT ends it', async () => {
    stage.world.daemon.fault({ procedure: 'domainGetXmlDesc', times: Infinity, action: { kind: 'silence' } });
    let pid = 0;
    const running = run(command, ['list', 'web1', ...NO_GUEST], {
      env: stage.env,
      onStart: (started) => (pid = started),
    });
    await until(
      () => stage.world.daemon.calls.some(({ procedure }) => procedure === 'domainGetXmlDesc'),
      'the call',
    );
    process.kill(pid, 'SIGINT');
    setTimeout(() => {
      try {
        process.kill(pid, 'SIGINT');
      } catch {
        // It has ended, as it should.
      }
    }, 1000);
    assert.equal((await running).status, 130);
  });
});

describe('the published schemas', () => {
  it('are those of the source: node --conditions=source --import tsx scripts/json-schemas.ts writes them', async () => {
    const folder = fileURLToPath(new URL('../../docs/schemas/', import.meta.url));
    const schemas = jsonSchemas();
    assert.deepEqual((await readdir(folder)).sort(), [...schemas.keys()].sort());
    for (const [name, schema] of schemas)
      assert.deepEqual(
        JSON.parse(await readFile(folder + name, 'utf8')),
        JSON.parse(JSON.stringify(schema)),
        name,
      );
  });
});
