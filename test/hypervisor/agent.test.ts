import assert from 'node:assert/strict';
import { ErrorCode } from 'node-libvirt';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { agentOf } from '../../lib/hypervisor/agent.js';
import { findDomain } from '../../lib/hypervisor/domain-view.js';
import { domainXml } from '../operations/domains.js';
import { openWorld, type TestWorld } from '../operations/world.js';

// libvirt's own words, as libvirt 9.0 gives them.
const ANSWERS: readonly (readonly [string, number, string, string, RegExp])[] = [
  [
    'an agent that does not run',
    ErrorCode.AGENT_UNRESPONSIVE,
    'Guest agent is not responding: QEMU guest agent is not connected',
    'guest-agent-silent',
    /--ssh/,
  ],
  [
    'an agent that is too slow',
    ErrorCode.AGENT_COMMAND_TIMEOUT,
    'Guest agent is not responding: Guest agent not available for now',
    'guest-agent-silent',
    /--ssh/,
  ],
  [
    'a domain without a channel for one',
    ErrorCode.ARGUMENT_UNSUPPORTED,
    'QEMU guest agent is not configured',
    'guest-agent-missing',
    /next start/,
  ],
  [
    'an agent that may not run commands',
    ErrorCode.INTERNAL_ERROR,
    "unable to execute QEMU agent command 'guest-exec': Command guest-exec has been disabled",
    'guest-agent-refused',
    /--block-rpcs/,
  ],
  ['a domain that is gone', ErrorCode.NO_DOMAIN, 'no domain with matching uuid', 'domain-not-found', /./],
];

describe('a guest agent that libvirt cannot ask', function () {
  this.timeout(20_000);
  let world: TestWorld;
  before(async () => (world = await openWorld({ domains: [{ xml: domainXml() }] })));
  after(() => world[Symbol.asyncDispose]());

  for (const [what, code, message, expected, next] of ANSWERS)
    it(`is explained: ${what}`, async () => {
      const done = world.daemon.fault({
        procedure: 'qemuDomainAgentCommand',
        times: 1,
        action: { kind: 'error', code, message },
      });
      try {
        const ask = agentOf(await findDomain(world.hypervisor.act, 'web1'));
        await assert.rejects(ask('{"execute":"guest-ping"}', { timeoutMs: 1000 }), (error) => {
          assert.ok(isHotnicError(error, expected), String(error));
          assert.ok(error.details.seen?.endsWith(message), error.details.seen);
          if (expected !== 'domain-not-found') assert.match(error.details.next ?? '', next);
          return true;
        });
      } finally {
        done();
      }
    });

  it('is not asked once the caller has given up', async () => {
    const ask = agentOf(await findDomain(world.hypervisor.act, 'web1'));
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(ask('{"execute":"guest-ping"}', { timeoutMs: 1000, signal }), /enough/);
  });
});
