import assert from 'node:assert/strict';
import { startSshd, type Sshd } from '../channel/sshd.js';
import { domainXml } from '../operations/domains.js';
import { builtCommand, run, type BuiltCommand, type Run } from './built.js';
import { fitting } from './documents.js';
import { documentOf, openStage, type Stage } from './stage.js';

// This machine stands in for the guest: a real Linux that a real sshd leads to.
describe('hotnic guest', function () {
  this.timeout(120_000);
  let command: BuiltCommand;
  let sshd: Sshd;
  let stage: Stage;
  before(async () => {
    command = await builtCommand();
    sshd = await startSshd();
    stage = await openStage(command, { domains: [{ xml: domainXml() }] });
  });
  after(async () => {
    await sshd[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  const keys = () => ['--identity', sshd.key, '--known-hosts', `${sshd.folder}/.ssh/known_hosts`];
  const machine = () => `ssh://127.0.0.1:${sshd.port}`;
  /** Runs the command where no libvirt is to be found. */
  const alone = (...words: string[]): Promise<Run> =>
    run(command, words, {
      env: { HOME: stage.home, USER: 'root', LIBVIRT_DEFAULT_URI: 'qemu+unix:///system?socket=/nowhere' },
    });

  it('inspects a machine by SSH alone; the document fits its schema', async () => {
    const result = await alone('guest', 'inspect', machine(), ...keys(), '--json');
    const { target, nics, platform } = fitting(result, 'hotnic.guest-inspect/1');
    assert.deepEqual([result.status, target], [0, machine()]);
    assert.ok(platform.evidence.length > 0);
    const text = await alone('guest', 'inspect', machine(), ...keys());
    for (const { name } of nics) assert.match(text.stdout, new RegExp(`^${name}$`, 'm'));
    assert.match(text.stdout, /the network is managed by:/);
  });

  it('checks it, and its exit code tells whether it is ready', async () => {
    const result = await alone('guest', 'check', machine(), ...keys(), '--json');
    const { ready, findings } = fitting(result, 'hotnic.guest-check/1');
    assert.equal(result.status, ready === true ? 0 : 1);
    assert.ok(findings.some(({ topic }) => topic === 'rights'));
    const text = await alone('guest', 'check', machine(), ...keys());
    assert.match(text.stdout, /^\S+ is (?:not )?ready for a NIC to come\n/);
  });

  it('inspects the guest of a domain at the endpoint that is typed', async () => {
    const words = ['guest', 'inspect', 'web1', '--ssh', `127.0.0.1:${sshd.port}`, ...keys(), '--json'];
    const { target } = fitting(await stage.hotnic(...words), 'hotnic.guest-inspect/1');
    assert.equal(target, 'web1');
  });

  const refused: [string, () => string[], 1 | 2, string][] = [
    ['a NIC that is not there', () => ['check', machine(), ...keys(), '--nic', 'nope9'], 2, 'nic-unknown'],
    ['a machine and --ssh', () => ['inspect', machine(), '--ssh', 'x'], 2, 'target-conflict'],
    [
      'a machine and --connect',
      () => ['inspect', machine(), '--connect', 'qemu:///system'],
      2,
      'target-conflict',
    ],
    [
      'a machine and the guest agent',
      () => ['inspect', machine(), '--guest-channel', 'agent'],
      2,
      'target-conflict',
    ],
    ['not asking the guest', () => ['inspect', 'web1', '--guest-channel', 'none'], 2, 'channel-none'],
    ['a machine that is none', () => ['inspect', 'ssh://a b'], 2, 'ssh-target'],
    ['a time that is none', () => ['check', machine(), '--timeout', 'soon'], 2, 'number-invalid'],
    ['a domain that is not there', () => ['inspect', 'nosuch'], 1, 'domain-not-found'],
    ['a domain that nobody reaches', () => ['inspect', 'web1'], 1, 'guest-endpoint-unknown'],
  ];
  for (const [what, words, status, code] of refused)
    it(`refuses ${what}`, async () => {
      const result = await stage.hotnic('guest', ...words(), '--json');
      assert.equal(documentOf(result)['code'], code, result.stderr);
      assert.equal(result.status, status);
    });
});
