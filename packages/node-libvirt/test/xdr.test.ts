import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../src/index.js';
import { procedures } from '../src/protocol/procedures.js';
import type { DomainRef } from '../src/index.js';
import { typeNamed } from '../src/protocol/table.js';
import { errorPayload } from '../src/protocol/types.js';
import { uuid } from '../src/protocol/uuid.js';
import { array, type Codec, hyper, int, nullable, string, struct, uhyper, uint } from '../src/xdr/codec.js';
import { HEADER_BYTES, MAX_STRING_BYTES } from '../src/xdr/limits.js';
import { XdrReader } from '../src/xdr/reader.js';
import { XdrWriter } from '../src/xdr/writer.js';

const domainRef = typeNamed('domainRef') as Codec<DomainRef>;

function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return Buffer.from(writer.frame().subarray(HEADER_BYTES));
}

function decode<T>(codec: Codec<T>, bytes: Buffer): T {
  const reader = new XdrReader(bytes);
  const value = codec.read(reader);
  reader.end();
  return value;
}

const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
const anInt = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const aUint = fc.integer({ min: 0, max: 0xffff_ffff });
const aUuid = fc.uuid();
const aDomain = aRecord({ name: text, uuid: aUuid, id: anInt });
const maybe = fc.option(text, { nil: null });

/** fc.record without its null prototypes, which deepEqual would tell from plain objects. */
function aRecord<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true });
}

describe('XDR', () => {
  it('gives back what was written, for every kind of value', () => {
    const codec = struct({
      int,
      uint,
      hyper,
      uhyper,
      string,
      uuid,
      missing: nullable(string),
      list: array(struct({ name: string, id: nullable(int) }), 100),
    });
    const value = aRecord({
      int: anInt,
      uint: aUint,
      hyper: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      uhyper: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      string: text,
      uuid: aUuid,
      missing: maybe,
      list: fc.array(aRecord({ name: text, id: fc.option(anInt, { nil: null }) }), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(value, (given) => {
        assert.deepEqual(decode(codec, encode(codec, given)), given);
      }),
    );
  });

  it("gives back the protocol's own shapes", () => {
    const anError = aRecord({
      code: anInt,
      domain: anInt,
      message: maybe,
      level: anInt,
      dom: fc.option(aDomain, { nil: null }),
      str1: maybe,
      str2: maybe,
      str3: maybe,
      int1: anInt,
      int2: anInt,
      net: fc.option(aRecord({ name: text, uuid: aUuid }), { nil: null }),
    });
    const listing = procedures.connectListAllDomains.result;
    fc.assert(
      fc.property(anError, fc.array(aDomain), aUint, (error, domains, ret) => {
        assert.deepEqual(decode(errorPayload, encode(errorPayload, error)), error);
        assert.deepEqual(decode(listing, encode(listing, { domains, ret })), { domains, ret });
      }),
    );
  });

  it('writes big-endian, padded to four bytes', () => {
    assert.equal(encode(string, 'abcde').toString('hex'), '000000056162636465000000');
    assert.equal(encode(int, -2).toString('hex'), 'fffffffe');
    assert.equal(
      encode(domainRef, { name: 'a', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }).toString('hex'),
      '00000001610000006695eb01f6a4830479aa97f2502e193f00000001',
    );
  });

  it('refuses every shortened value without reading past its end', () => {
    const whole = encode(domainRef, { name: 'guest', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 7 });
    for (let length = 0; length < whole.length; length += 1) {
      assert.throws(() => decode(domainRef, whole.subarray(0, length)), ProtocolError);
    }
  });

  it('refuses a string over 4 MiB in both directions, and a count that the message cannot hold', () => {
    assert.throws(() => encode(string, 'x'.repeat(MAX_STRING_BYTES + 1)), ProtocolError);
    assert.equal(decode(string, encode(string, 'x'.repeat(MAX_STRING_BYTES))).length, MAX_STRING_BYTES);
    const tooLong = Buffer.alloc(MAX_STRING_BYTES + 8);
    tooLong.writeUInt32BE(MAX_STRING_BYTES + 1, 0);
    assert.throws(() => decode(string, tooLong), /4194305 where at most 4194304/);
    const hugeList = Buffer.from('00003fff', 'hex');
    assert.throws(() => decode(array(domainRef, 16_384), hugeList), /16383 with only 0 bytes left/);
  });

  it('refuses what the protocol cannot carry', () => {
    assert.throws(() => encode(int, 0x8000_0000), ProtocolError);
    assert.throws(() => encode(uint, -1), ProtocolError);
    assert.throws(() => encode(uint, 1.5), ProtocolError);
    assert.throws(() => encode(hyper, 2n ** 63n), ProtocolError);
    assert.throws(() => encode(string, 'cut\0off'), /NUL/);
    assert.throws(() => encode(uuid, 'not-a-uuid'), /is not a UUID/);
    assert.throws(() => decode(nullable(int), Buffer.from('0000000200000001', 'hex')), /0 or 1/);
    assert.throws(() => decode(int, Buffer.alloc(8)), /4 bytes too many/);
  });
});
