import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { libvirt } from '../support/lab.js';
import { answersAgain, attached, verdictOf } from '../support/nic.js';

describe('a detach while the guest is in its firmware', function () {
  this.timeout(400_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  async function detachDuringBoot(domain: string) {
    const { mac } = await attached(domain);
    await (await connection.domainLookupByName(domain)).reset();
    await sleep(300);
    const ended = await hotnic(
      'detach',
      domain,
      mac,
      '--guest-channel',
      'none',
      '--timeout',
      '120',
      '--json',
    );
    await answersAgain(domain, 150_000);
    assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    assert.equal(await verdictOf(domain, mac), null);
    return (ended.json as { proof: { asked: number } }).proof.asked;
  }

  for (const domain of ['lab-q35', 'lab-i440fx'])
    it(`${domain}: an ACPI slot loses the request, hotnic asks again, and it is done`, async () => {
      const asked = await detachDuringBoot(domain);
      assert.ok(asked > 1, `asked ${asked} times`);
    });

  it('lab-q35-native: a native slot remembers the request, it is asked once, and it is done', async () => {
    assert.equal(await detachDuringBoot('lab-q35-native'), 1);
  });
});
