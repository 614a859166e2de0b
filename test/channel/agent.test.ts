import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { agentCanRun, agentChannel } from '../../lib/channel/index.js';
import { rejectsWith } from './asserting.js';
import { describeContract } from './contract.js';
import { startQemuGa, type QemuGa } from './qemu-ga.js';

describe('agentChannel on a real guest agent', function () {
  this.timeout(30_000);
  let agent: QemuGa;
  before(async () => (agent = await startQemuGa()));
  after(() => agent[Symbol.asyncDispose]());

  describeContract(() => agentChannel(agent.ask, 'the guest agent of test'));

  it('leaves nothing in the guest when it is closed', async () => {
    // Others of this file may still be tidied up.
    const before = new Set(left());
    const own = () => left().filter((name) => !before.has(name));
    const channel = await agentChannel(agent.ask, 'the guest agent of test');
    await channel.run(['true'], { input: 'x'.repeat(2_000_000) });
    await channel.run(['sh', '-c', 'exit 3']);
    await channel.close();
    for (let tries = 0; tries < 50 && own().length > 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(own(), []);
  });

  it('says that the agent may not run commands, with its own words', async () => {
    await using blocked = await startQemuGa(['guest-exec']);
    await using channel = await agentChannel(blocked.ask, 'the guest agent of test');
    await rejectsWith(channel.run(['true']), 'guest-agent-refused');
  });

  it('is known to run commands, and not where it may not or is not there', async () => {
    const { signal } = new AbortController();
    assert.equal(await agentCanRun(agent.ask, signal), true);
    await using blocked = await startQemuGa(['guest-exec']);
    assert.equal(await agentCanRun(blocked.ask, signal), false);
    assert.equal(await agentCanRun(() => Promise.reject(new Error('no agent')), signal), false);
    assert.equal(await agentCanRun(() => Promise.resolve('{}'), signal), false);
    await assert.rejects(agentCanRun(agent.ask, AbortSignal.abort(new Error('enough'))), /enough/);
  });

  it('ends a command as lost when the agent ends', async () => {
    await using other = await startQemuGa();
    await using channel = await agentChannel(other.ask, 'the guest agent of test');
    const run = channel.run(['sleep', '2']);
    setTimeout(() => {
      other.kill();
    }, 200);
    await rejectsWith(run, 'channel-lost');
  });

  for (const [what, answer] of [
    ['no JSON', 'pong'],
    ['another shape', '{"return":{"pid":"12"}}'],
    ['a process number that kills the guest', '{"return":{"pid":1}}'],
  ])
    it(`refuses ${what} as an answer`, async () => {
      await using channel = await agentChannel(() => Promise.resolve(answer ?? ''), 'a liar');
      await rejectsWith(channel.run(['true']), 'guest-agent-answer');
    });
});

/** Folders of commands in this machine's /run and /tmp. */
function left(): string[] {
  return ['/run', '/tmp'].flatMap((place) =>
    readdirSync(place).filter((name) => /^hotnic-[0-9a-f]{18}/.test(name)),
  );
}
