import assert from 'node:assert/strict';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { detachFrom, whereIs } from './detaching.js';
import { domainXml, MAC_A, MAC_B, userNic } from './domains.js';
import { openWorld, type TestWorld } from './world.js';

const BOTH = { live: true, config: true };
const NEITHER = { live: false, config: false };

describe('choosing the NIC to detach', function () {
  this.timeout(20_000);
  let world: TestWorld;
  const start = async (...nics: string[]) => {
    world = await openWorld({ domains: [{ xml: domainXml({ nics }) }] });
    return world;
  };
  afterEach(() => world[Symbol.asyncDispose]());

  it('never guesses between two NICs of one MAC, and takes the alias', async () => {
    const { daemon } = await start(userNic(MAC_A, 1), userNic(MAC_A, 2));
    await assert.rejects(detachFrom(world), (error) => {
      assert.ok(isHotnicError(error, 'nic-ambiguous'));
      assert.equal(error.exitCode, 2);
      assert.match(error.details.next ?? '', /net0 .*net1 /);
      return true;
    });
    const { outcome } = await detachFrom(world, { nic: 'net1' });
    assert.equal(outcome, 'done');
    const { liveXml, configXml } = daemon.domain('web1');
    for (const xml of [liveXml, configXml]) {
      assert.match(xml ?? '', /bus='0x01'/);
      assert.doesNotMatch(xml ?? '', /<interface[^]*bus='0x02'/);
    }
  });

  for (const name of [MAC_B.toUpperCase(), MAC_B.replaceAll(':', '-'), 'net1', '0000:02:00.0', '02:00.0'])
    it(`takes ${name}`, async () => {
      const { daemon } = await start(userNic(MAC_A, 1), userNic(MAC_B, 2));
      assert.equal((await detachFrom(world, { nic: name })).outcome, 'done');
      assert.deepEqual(whereIs(daemon, MAC_B), NEITHER);
      assert.deepEqual(whereIs(daemon, MAC_A), BOTH);
    });

  const bad: readonly [string, string][] = [
    ['net7', 'nic-unknown'],
    ['52:54:00:00:00', 'mac-invalid'],
    ['52:54:00:00:00:0g', 'mac-invalid'],
    ['01:00:5e:00:00:01', 'mac-invalid'],
    ['', 'nic-unknown'],
  ];
  for (const [name, code] of bad)
    it(`refuses ${JSON.stringify(name)} and names the NICs there are, or the form`, async () => {
      await start(userNic(MAC_A, 1));
      await assert.rejects(detachFrom(world, { nic: name }), (error) => {
        assert.ok(isHotnicError(error, code));
        assert.equal(error.exitCode, 2);
        assert.match(
          error.details.next ?? '',
          code === 'mac-invalid' ? /52:54:00:12:34:56/ : new RegExp(MAC_A),
        );
        return true;
      });
    });
});
