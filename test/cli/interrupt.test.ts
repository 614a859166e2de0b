import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { domainXml, MAC_A } from '../operations/domains.js';
import { until } from '../operations/world.js';
import { builtCommand, run, type BuiltCommand } from './built.js';
import { fitting } from './documents.js';
import { NO_GUEST, openStage, type Stage } from './stage.js';

describe('the command, when it is stopped or nobody listens any more', function () {
  this.timeout(120_000);
  let command: BuiltCommand;
  let stage: Stage;
  before(async () => (command = await builtCommand()));
  beforeEach(async () => {
    stage = await openStage(command, { domains: [{ xml: domainXml(), devices: { net0: 'release' } }] });
  });
  afterEach(() => stage[Symbol.asyncDispose]());

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
