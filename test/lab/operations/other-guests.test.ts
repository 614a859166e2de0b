import assert from 'node:assert/strict';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { LAB, labAddGuest, labRemoveGuest, libvirt } from '../support/lab.js';
import { verdictOf } from '../support/nic.js';
import { everything } from '../support/state.js';

describe('guests of other makes', function () {
  this.timeout(300_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  interface Proof {
    readonly guest: string;
    readonly guestName: string;
    readonly driver: string | null;
  }

  /** Attaches and detaches, both proved; gives what the guest showed. */
  async function thereAndBack(domain: string, ...options: string[]): Promise<Proof> {
    const before = await everything(connection, domain);
    const attached = await hotnic(
      'attach',
      domain,
      '--network',
      'default',
      '--json',
      '--timeout',
      '60',
      ...options,
    );
    assert.equal(attached.code, 0, attached.stderr + attached.stdout);
    const { mac, proof } = attached.json as { mac: string; proof: Proof };
    assert.equal(proof.guest, 'there');
    assert.equal(await verdictOf(domain, mac), 'healthy');
    const detached = await hotnic('detach', domain, mac, '--json', '--timeout', '60');
    assert.equal(detached.code, 0, detached.stderr + detached.stdout);
    assert.equal((detached.json as { proof: { guest: string } }).proof.guest, 'gone');
    const { live, config, guest } = await everything(connection, domain);
    assert.deepEqual(
      { live, config, guest },
      { live: before.live, config: before.config, guest: before.guest },
    );
    return proof;
  }

  for (const machine of ['q35', 'q35-native'] as const)
    describe(`busybox, without udev (${machine})`, () => {
      const name = `busybox-${machine}`;
      before(() => labAddGuest(LAB, { name, machine, userland: 'busybox' }));
      after(() => labRemoveGuest(LAB, name));

      it('is watched through sysfs, and keeps the kernel’s name', async () => {
        assert.match((await thereAndBack(name)).guestName, /^eth[0-9]+$/);
      });
    });

  describe('the full kernel', () => {
    const name = 'full-kernel';
    before(() => labAddGuest(LAB, { name, machine: 'q35', kernel: 'full' }));
    after(() => labRemoveGuest(LAB, name));

    it('drives an e1000e', async () => {
      assert.equal((await thereAndBack(name, '--model', 'e1000e')).driver, 'e1000e');
    });
  });
});
