import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InvalidUriError, parseUri, socketPaths } from '../src/index.js';

describe('connection URIs', () => {
  it('are taken apart as libvirt documents them', () => {
    const uri = parseUri(
      'qemu+ssh://root@host.example:2222/system?socket=/run/x&keyfile=/root/my%20key&foo=1',
    );
    assert.equal(uri.driver, 'qemu');
    assert.equal(uri.transport, 'ssh');
    assert.equal(uri.user, 'root');
    assert.equal(uri.host, 'host.example');
    assert.equal(uri.port, 2222);
    assert.equal(uri.path, '/system');
    assert.equal(uri.params.get('keyfile'), '/root/my key');
    assert.equal(uri.daemonUri, 'qemu:///system?foo=1');
    assert.equal(parseUri('qemu://[fe80::1]:16514/system').host, 'fe80::1');
  });

  it('mean a unix socket without a host and TLS with one', () => {
    assert.equal(parseUri('qemu:///system').transport, 'unix');
    assert.equal(parseUri('qemu://host/system').transport, 'tls');
    assert.equal(parseUri('qemu+unix:///system?socket=/run/x').daemonUri, 'qemu:///system');
  });

  it('pass the name parameter on to the daemon as it is', () => {
    assert.equal(parseUri('qemu+ssh://host/system?name=test:///default').daemonUri, 'test:///default');
  });

  it('that are malformed are refused with what to write instead', () => {
    const malformed = [
      '',
      'qemu',
      'qemu:/system',
      'QEMU:///system',
      'qemu:///sys tem',
      'qemu://host:0/system',
    ];
    for (const text of [
      ...malformed,
      'qemu://host:99999/',
      'qemu://user@/system',
      'qemu:///x?a=%zz',
      'qemu:///x#y',
    ]) {
      assert.throws(() => parseUri(text), { name: 'InvalidUriError', reason: 'malformed' }, text);
    }
    assert.throws(() => parseUri('qemu+smoke://host/system'), {
      reason: 'unknown-transport',
      message: /"smoke" is unknown; libvirt has unix, ssh, tls/,
    });
  });

  it('do not show a password in the error', () => {
    assert.throws(
      () => parseUri('qemu+ssh://root:geheim@host/system'),
      (error) =>
        error instanceof InvalidUriError &&
        !error.message.includes('geheim') &&
        !error.uri.includes('geheim'),
    );
  });

  it('never make the parser fail in another way, whatever the text', () => {
    const parts = fc.array(
      fc.constantFrom('qemu', '+ssh', '://', '/', '?', '&', '=', '@', ':', '%', '[', ']', 'a', '\0'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          parts.map((all) => all.join('')),
        ),
        (text) => {
          try {
            parseUri(text);
          } catch (error) {
            assert.ok(error instanceof InvalidUriError);
          }
        },
      ),
    );
  });
});

describe('the sockets of a URI', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000', HOME: '/home/me' };
  const paths = (uri: string, readOnly = false): readonly string[] =>
    socketPaths(parseUri(uri), readOnly, env);

  it('are the modular daemon’s, then the monolithic one’s, as libvirt looks', () => {
    assert.deepEqual(paths('qemu:///system'), ['/run/libvirt/virtqemud-sock', '/run/libvirt/libvirt-sock']);
    assert.deepEqual(paths('qemu:///system?mode=direct'), ['/run/libvirt/virtqemud-sock']);
    assert.deepEqual(paths('qemu:///system?mode=legacy'), ['/run/libvirt/libvirt-sock']);
    assert.deepEqual(paths('test:///default'), ['/run/libvirt/libvirt-sock']);
  });

  it('are the read-only ones for a reader', () => {
    assert.equal(paths('qemu:///system', true)[0], '/run/libvirt/virtqemud-sock-ro');
  });

  it('of a session are under the user’s runtime folder, or the cache folder without one', () => {
    assert.equal(paths('qemu:///session')[0], '/run/user/1000/libvirt/virtqemud-sock');
    const uri = parseUri('qemu:///session');
    assert.equal(socketPaths(uri, false, { HOME: '/home/me' })[0], '/home/me/.cache/libvirt/virtqemud-sock');
  });

  it('can be named, by an absolute path', () => {
    assert.deepEqual(paths('qemu:///system?socket=/tmp/x'), ['/tmp/x']);
    assert.throws(() => paths('qemu:///system?socket=x'), InvalidUriError);
    assert.throws(() => paths('qemu:///system?mode=odd'), InvalidUriError);
  });
});
