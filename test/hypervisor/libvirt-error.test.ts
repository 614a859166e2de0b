import assert from 'node:assert/strict';
import {
  AuthenticationError,
  CallTimeoutError,
  ConnectionLostError,
  InvalidUriError,
  SocketError,
} from 'node-libvirt';
import { HotnicError, isHotnicError } from '../../lib/errors/hotnic-error.js';
import { findDomain, viewDomain } from '../../lib/hypervisor/domain-view.js';
import { explainConnect, explainLibvirt } from '../../lib/hypervisor/libvirt-error.js';
import { openHypervisor } from '../../lib/hypervisor/open.js';
import { domainXml } from '../operations/domains.js';
import { hostWith, openWorld, type TestWorld } from '../operations/world.js';

describe('an error of libvirt', function () {
  this.timeout(20_000);
  let world: TestWorld;
  before(async () => {
    world = await openWorld({
      domains: [{ xml: domainXml() }, { xml: domainXml({ name: 'off' }), active: false }],
    });
  });
  after(() => world[Symbol.asyncDispose]());

  /** What comes of an answer of the daemon with that code and text. */
  async function explained(code: number, message: string): Promise<HotnicError> {
    const done = world.daemon.fault({
      procedure: 'domainGetXmlDesc',
      times: Infinity,
      action: { kind: 'error', code, message },
    });
    try {
      await viewDomain(await findDomain(world.hypervisor.act, 'web1'));
    } catch (error) {
      assert.ok(isHotnicError(error));
      return error;
    } finally {
      done();
    }
    throw new Error('no error came');
  }

  it('keeps libvirt’s own words, and says what was tried', async () => {
    const error = await explained(1, 'internal error: something odd');
    assert.equal(error.code, 'libvirt-error');
    assert.match(error.message, /read the definitions of web1: .*something odd/);
    assert.match(error.details.seen ?? '', /something odd/);
  });

  it('has a code that programs can go by', async () => {
    const codes: readonly [number, string][] = [
      [42, 'domain-not-found'],
      [43, 'network-not-found'],
      [99, 'device-missing'],
      [55, 'operation-invalid'],
      [29, 'libvirt-denied'],
      [3, 'libvirt-unsupported'],
    ];
    for (const [number, code] of codes) assert.equal((await explained(number, 'x')).code, code);
  });

  it('gets cause and cure where they are known', async () => {
    const { details } = await explained(1, 'internal error: No more available PCI slots');
    assert.match(details.why ?? '', /every hot-pluggable PCI port/);
    assert.match(details.next ?? '', /pcie-root-port/);
  });

  it('says that libvirt was lost, or too slow', () => {
    const lost = explainLibvirt(new ConnectionLostError('hung up'), 'attach a NIC', 'nothing is attached');
    assert.ok(isHotnicError(lost, 'libvirt-lost'));
    assert.equal(lost.details.state, 'nothing is attached');
    const late = explainLibvirt(new CallTimeoutError('domainGetXmlDesc', 30_000), 'attach a NIC');
    assert.ok(isHotnicError(late, 'libvirt-timeout'));
    assert.match(late.message, /within 30 s/);
  });

  it('leaves errors alone that are not libvirt’s', () => {
    const own = new HotnicError('own', 'x');
    assert.equal(explainLibvirt(own, 'y'), own);
    const abort = new Error('interrupted');
    assert.equal(explainLibvirt(abort, 'y'), abort);
  });

  it('at connecting says what to do about it', async () => {
    const auth = explainConnect(new AuthenticationError('denied', 'polkit'), 'qemu:///system');
    assert.ok(isHotnicError(auth, 'libvirt-auth'));
    assert.match(auth.details.next ?? '', /polkit/);
    const opening = (uri: string) => openHypervisor(uri, { host: hostWith(new Set()) });
    await assert.rejects(
      opening('qemu+unix:///system?socket=/nonexistent/sock'),
      (error) => isHotnicError(error, 'libvirt-missing') && error.details.next !== undefined,
    );
    await assert.rejects(
      opening('::'),
      (error) => isHotnicError(error, 'uri-invalid') && error.exitCode === 2,
    );
    for (const reason of ['missing', 'not-a-socket', 'permission', 'refused', 'path-too-long'] as const) {
      const error = explainConnect(new SocketError(reason, '/run/x'), 'qemu:///system');
      assert.ok(isHotnicError(error, `libvirt-${reason}`));
      assert.ok(error.details.next, reason);
    }
    assert.ok(isHotnicError(explainConnect(new InvalidUriError('malformed', 'x', 'y'), 'x'), 'uri-invalid'));
  });

  describe('looking up a domain', () => {
    it('finds it by name or UUID', async () => {
      const { uuid } = world.daemon.domain('web1');
      for (const name of ['web1', uuid, uuid.toUpperCase()])
        assert.equal((await findDomain(world.hypervisor.act, name)).name, 'web1');
    });

    it('names those there are', async () => {
      for (const name of ['nosuch', '00000000-0000-0000-0000-000000000000'])
        await assert.rejects(findDomain(world.hypervisor.act, name), (error) => {
          assert.ok(isHotnicError(error, 'domain-not-found'));
          assert.equal(error.details.next, 'name one of: off, web1');
          return true;
        });
    });

    it('reads both definitions, and which there are', async () => {
      const view = async (name: string) => await viewDomain(await findDomain(world.hypervisor.act, name));
      const { active, persistent, paused, live, config } = await view('web1');
      assert.deepEqual(
        [active, persistent, paused, live !== null, config !== null],
        [true, true, false, true, true],
      );
      const off = await view('off');
      assert.deepEqual([off.active, off.live, off.config !== null], [false, null, true]);
    });
  });
});
