import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generateMac, isMulticastMac, parseMac } from '../../lib/nic/mac-address.js';

const byte = fc.integer({ min: 0, max: 255 });
const bytes = fc.tuple(byte, byte, byte, byte, byte, byte);
const written = (values: readonly number[], separator: string) =>
  values.map((value) => value.toString(16).padStart(2, '0')).join(separator);

describe('a MAC address', () => {
  it('reads the same with colons or hyphens, in either case, with spaces around it', () => {
    fc.assert(
      fc.property(bytes, (values) => {
        const normal = written(values, ':');
        const unicast = (values[0] & 1) === 0 && values.some((value) => value !== 0);
        for (const form of [normal, normal.toUpperCase(), written(values, '-'), ` ${normal}\n`])
          assert.equal(parseMac(form), unicast ? normal : null);
      }),
    );
  });

  it('is none when it is a multicast or the zero address', () => {
    for (const text of ['01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff', '53:54:00:00:00:01', '00:00:00:00:00:00'])
      assert.equal(parseMac(text), null);
    assert.equal(isMulticastMac('53:54:00:00:00:01'), true);
    assert.equal(isMulticastMac('52:54:00:00:00:01'), false);
  });

  it('is none when it is anything else', () => {
    const others = [
      '',
      '52:54:00:00:00',
      '52:54:00:00:00:00:01',
      '5254.0000.0001',
      '525400000001',
      '52:54:00:00:00:0g',
      '52:54:00:00:00:1',
      '52:54:00:00:00:01;reboot',
      '５2:54:00:00:00:01',
    ];
    for (const text of others) assert.equal(parseMac(text), null, text);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const mac = parseMac(text);
        assert.ok(mac === null || /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac));
      }),
    );
  });

  it('is made under 52:54:00, anew each time, and never one that is taken', () => {
    const made = new Set<string>();
    for (let count = 0; count < 2000; count += 1) {
      const mac = generateMac(made);
      assert.equal(parseMac(mac), mac);
      assert.match(mac, /^52:54:00:/);
      assert.ok(!made.has(mac));
      made.add(mac);
    }
  });
});
