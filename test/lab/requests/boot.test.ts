import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'node-libvirt';
import { hotnic } from '../support/hotnic.js';
import { libvirt } from '../support/lab.js';
import { answersAgain, attached, verdictOf } from '../support/nic.js';

describe('a detach while the guest is in its firmware', function () {
  this.timeout(500_000);
  let connection: Connection;
  before(async () => {
    connection = await libvirt();
  });
  after(() => connection.close());

  /** Attaches a NIC and resets the guest: when this returns, its firmware runs. */
  async function inFirmware(domain: string): Promise<string> {
    const { mac } = await attached(domain);
    await (await connection.domainLookupByName(domain)).reset();
    await sleep(300);
    return mac;
  }

  it('lab-q35-native: a native slot remembers the request: asked once, and done', async () => {
    const domain = 'lab-q35-native';
    const mac = await inFirmware(domain);
    const ended = await hotnic(
      'detach',
      domain,
      mac,
      '--guest-channel',
      'none',
      '--timeout',
      '150',
      '--json',
    );
    assert.equal(ended.code, 0, ended.stderr + ended.stdout);
    assert.equal((ended.json as { proof: { asked: number } }).proof.asked, 1);
    await answersAgain(domain);
    assert.equal(await verdictOf(domain, mac), null);
  });
});
