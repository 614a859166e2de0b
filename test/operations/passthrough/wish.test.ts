import assert from 'node:assert/strict';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { checkVfSettings, readVfCount, readVfWish } from '../../../lib/operations/passthrough/wish.js';

describe('a VF that is asked for', () => {
  const reads: readonly [string, string, number | null][] = [
    ['enp1s0f0', 'enp1s0f0', null],
    ['enp1s0f0:3', 'enp1s0f0', 3],
    ['0000:01:00.0', '0000:01:00.0', null],
    ['0000:01:00.0:12', '0000:01:00.0', 12],
    ['01:00.1:0', '01:00.1', 0],
    ['PCI_0000_01_00_0:6', 'PCI_0000_01_00_0', 6],
  ];
  for (const [text, pf, index] of reads)
    it(`${text} is ${index === null ? 'any' : `number ${index}`} of ${pf}`, () => {
      assert.deepEqual(readVfWish(text, '--vf'), { pf, index });
    });

  for (const text of ['', 'eth0:', 'eth0:-1', 'a b', '../../etc:1', 'x'.repeat(40)])
    it(`cannot be ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => readVfWish(text, '--vf'),
        (error) => isHotnicError(error, 'vf-invalid'),
      );
    });

  it('has settings, each checked', () => {
    assert.deepEqual(checkVfSettings({ spoofCheck: 'off', trust: 'on', rate: '100:10', link: 'enable' }), {
      spoofCheck: false,
      trust: true,
      maxTxRate: 100,
      minTxRate: 10,
      linkState: 'enable',
    });
    assert.deepEqual(checkVfSettings({ rate: '0' }), { maxTxRate: 0 });
    for (const input of [
      { trust: 'yes' },
      { rate: '10:100' },
      { rate: '1e9' },
      { rate: '-1' },
      { link: 'up' },
    ])
      assert.throws(
        () => checkVfSettings(input),
        (error) => isHotnicError(error, 'vf-settings-invalid'),
      );
  });

  it('comes from a count of at least one', () => {
    assert.equal(readVfCount('7'), 7);
    for (const text of ['0', '-1', '1.5', 'seven'])
      assert.throws(
        () => readVfCount(text),
        (error) => isHotnicError(error, 'vf-settings-invalid'),
      );
  });
});
