import assert from 'node:assert/strict';
import type { Channel } from '../../lib/channel/channel.js';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import { isHostBridge, readHostNetdev } from '../../lib/hypervisor/host-netdevs.js';

/** A host with these files; every path that is asked for is kept. */
function hostOf(files: Readonly<Record<string, string>>): Channel & { readonly asked: string[] } {
  const asked: string[] = [];
  const refuse = () => Promise.reject(new Error('the test did not expect this'));
  return {
    asked,
    label: 'a host of the test',
    run: refuse,
    lines: refuse,
    writeFile: refuse,
    readFile: (path) => {
      asked.push(path);
      const text = files[path];
      if (text === undefined) return Promise.reject(new HotnicError('file-not-found', path));
      if (text === 'EIO') return Promise.reject(new HotnicError('file-unreadable', path));
      return Promise.resolve(Buffer.from(text));
    },
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

describe('a network device of the host', () => {
  it('is read with its state and the bridge it is on', async () => {
    const host = hostOf({
      '/sys/class/net/vnet0/operstate': 'up\n',
      '/sys/class/net/vnet0/master/uevent': 'DEVTYPE=bridge\nINTERFACE=virbr0\nIFINDEX=3\n',
      '/sys/class/net/vnet1/operstate': 'down\n',
    });
    assert.deepEqual(await readHostNetdev(host, 'vnet0'), {
      name: 'vnet0',
      operstate: 'up',
      master: 'virbr0',
    });
    assert.deepEqual(await readHostNetdev(host, 'vnet1'), { name: 'vnet1', operstate: 'down', master: null });
    assert.equal(await readHostNetdev(host, 'vnet2'), null);
  });

  it('that cannot be read is an error, not an absence', async () => {
    const host = hostOf({
      '/sys/class/net/vnet0/operstate': 'EIO',
      '/sys/class/net/br0/bridge/bridge_id': 'EIO',
    });
    await assert.rejects(readHostNetdev(host, 'vnet0'), { code: 'file-unreadable' });
    await assert.rejects(isHostBridge(host, 'br0'), { code: 'file-unreadable' });
  });

  it('is a bridge when the kernel says so', async () => {
    const host = hostOf({
      '/sys/class/net/br0/bridge/bridge_id': '8000.525400000001\n',
      '/sys/class/net/eth0/operstate': 'up',
    });
    assert.equal(await isHostBridge(host, 'br0'), true);
    assert.equal(await isHostBridge(host, 'eth0'), false);
  });

  it('has a name that the kernel could have given: no other is ever part of a path', async () => {
    const host = hostOf({});
    for (const name of ['', '.', '..', '../../etc', 'a/b', 'a b', 'a:b', 'sixteen-letters!', 'x\u0000y\n']) {
      assert.equal(await readHostNetdev(host, name), null);
      assert.equal(await isHostBridge(host, name), false);
    }
    assert.deepEqual(host.asked, []);
  });
});
