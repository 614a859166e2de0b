import assert from 'node:assert/strict';
import { hotnic } from '../support/hotnic.js';
import { inGuest, libvirt } from '../support/lab.js';
import { attached } from '../support/nic.js';
import { definitions } from '../support/state.js';

describe('update', function () {
  this.timeout(120_000);
  const domain = 'lab-q35';

  it('pulls the cable in both definitions, and the guest loses its carrier', async () => {
    await using connection = await libvirt();
    const { mac, guestName } = await attached(domain);
    try {
      await inGuest(domain, 'ip', 'link', 'set', guestName, 'up');
      const down = await hotnic('update', domain, mac, '--link', 'down');
      assert.equal(down.code, 0, down.stdout + down.stderr);
      const now = await definitions(connection, domain);
      for (const xml of [...now.live, ...now.config]) assert.match(xml, /<link state='down'\/>/);
      assert.equal(await inGuest(domain, 'cat', `/sys/class/net/${guestName}/carrier`), '0');
      const up = await hotnic('update', domain, mac, '--link', 'up');
      assert.equal(up.code, 0, up.stdout + up.stderr);
      assert.equal(await inGuest(domain, 'cat', `/sys/class/net/${guestName}/carrier`), '1');
    } finally {
      await hotnic('detach', domain, mac);
    }
  });

  it('limits the bandwidth, or puts both definitions back where the host cannot', async () => {
    await using connection = await libvirt();
    const { mac } = await attached(domain);
    try {
      const before = await definitions(connection, domain);
      const limited = await hotnic('update', domain, mac, '--bandwidth', '1000');
      const after = await definitions(connection, domain);
      // libvirt shapes with the qdiscs htb and sfq; a kernel that has none of that name answers so.
      const missing = /qdisc kind is unknown/.test(limited.stdout);
      assert.equal(limited.code, missing ? 1 : 0, limited.stdout + limited.stderr);
      if (missing) assert.deepEqual(after, before);
      else
        for (const xml of [...after.live, ...after.config]) assert.match(xml, /<inbound average='1000'\/>/);

      const config = await hotnic('update', domain, mac, '--bandwidth', '1000', '--config');
      assert.equal(config.code, 0, config.stdout + config.stderr);
      assert.match((await definitions(connection, domain)).config.join(), /<outbound average='1000'\/>/);
      const lifted = await hotnic('update', domain, mac, '--bandwidth', '0', '--config');
      assert.equal(lifted.code, 0, lifted.stdout + lifted.stderr);
      assert.doesNotMatch((await definitions(connection, domain)).config.join(), /<bandwidth>/);
    } finally {
      await hotnic('detach', domain, mac);
    }
  });
});
