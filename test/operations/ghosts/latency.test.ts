import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sshChannel } from '../../../lib/channel/index.js';
import { askOnce } from '../../../lib/operations/ghosts/guest-sessions.js';
import { scan } from '../../../lib/operations/ghosts/scan.js';
import type { GuestAccess } from '../../../lib/operations/guest-session.js';
import { startSshd, type Sshd } from '../../channel/sshd.js';
import { domainXml } from '../domains.js';
import { openWorld } from '../world.js';
import { delayingProxy, type DelayingProxy } from './delaying-proxy.js';

// This machine stands in for the guest: a real Linux that a real sshd leads to.
describe('a scan of a domain whose guest is far away', function () {
  this.timeout(60_000);
  let sshd: Sshd;
  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd[Symbol.asyncDispose]());

  interface Measured {
    readonly connectMs: number;
    readonly beyondMs: number;
    readonly turnsBeyond: number;
  }

  async function measure(oneWayMs: number): Promise<Measured> {
    await using proxy = await delayingProxy(sshd.port, oneWayMs);
    await using world = await openWorld({ domains: [{ xml: domainXml({ name: 'far' }) }] });
    await appendFile(
      join(sshd.folder, '.ssh/known_hosts'),
      `[127.0.0.1]:${proxy.port} ${sshd.hostKeys[0] ?? ''}\n`,
    );
    const { access, connected } = timed(sshd, proxy);
    const began = performance.now();
    const { domains } = await scan({
      hypervisor: world.hypervisor,
      domains: ['far'],
      askGuest: askOnce(() => access),
      host: 'targets',
      qemu: 'never',
      allowLiveOnly: false,
      removalRequests: () => Promise.resolve([]),
      signal: new AbortController().signal,
    });
    const took = performance.now() - began;
    const [one] = domains;
    assert.equal(one?.readings.find(({ plane }) => plane === 'guest-pci')?.state, 'read');
    const { ms: connectMs, turns } = connected();
    return { connectMs, beyondMs: took - connectMs, turnsBeyond: proxy.turns() - turns };
  }

  it('costs the turns of one command on 100 ms of latency', async () => {
    const near = await measure(0);
    const far = await measure(50);
    const told = `near ${show(near)}; far ${show(far)}`;
    // One command: open a channel, start the shell, hand it the script, take the answer (whose length may have the
    // client widen the window meanwhile), the goodbye. A second command would be as many again.
    assert.ok(far.turnsBeyond <= 6, told);
    // How fast this machine is cancels out; the whole stays below 0.6 s on a quiet one (docs/performance.md).
    assert.ok(far.beyondMs - near.beyondMs <= 400, told);
  });
});

/** Reaches the server through the proxy, and remembers when it was connected. */
function timed(sshd: Sshd, proxy: DelayingProxy) {
  let connected = { ms: 0, turns: 0 };
  const access: GuestAccess = {
    label: 'a guest that is far away',
    async open(signal) {
      const began = performance.now();
      const endpoint = { ...sshd.endpoint, port: proxy.port };
      const channel = await sshChannel(endpoint, { environment: sshd.environment, signal });
      connected = { ms: performance.now() - began, turns: proxy.turns() };
      return channel;
    },
  };
  return { access, connected: () => connected };
}

function show(one: object): string {
  return JSON.stringify(one, (_, value: unknown) => (typeof value === 'number' ? Math.round(value) : value));
}
