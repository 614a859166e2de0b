import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../src/index.js';
import { decodePayload, encodeFrame, type Frame } from '../src/rpc/frame.js';
import { FrameSplitter } from '../src/rpc/frame-splitter.js';
import { string } from '../src/xdr/codec.js';

const header = { program: 0x2000_8086, version: 1, procedure: 14, type: 1, serial: 7, status: 0 };

function split(splitter: FrameSplitter, ...chunks: Buffer[]): Frame[] {
  return chunks.flatMap((chunk) => [...splitter.push(chunk)]);
}

/** fc.record without its null prototypes, which deepEqual would tell from plain objects. */
function aRecord<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true });
}

describe('frames', () => {
  it('come out as they went in, whatever they hold', () => {
    const word = fc.integer({ min: 0, max: 0x7fff_ffff });
    const anyHeader = aRecord({
      program: word,
      version: word,
      procedure: word,
      type: word,
      serial: word,
      status: word,
    });
    fc.assert(
      fc.property(anyHeader, fc.string(), (given, text) => {
        const value = text.replaceAll('\0', '');
        const [frame] = split(new FrameSplitter(), encodeFrame(given, string, value));
        assert.deepEqual(frame?.header, given);
        assert.equal(decodePayload(string, frame.payload, 'a test'), value);
      }),
    );
  });

  it('are found wherever the stream is split', () => {
    const bytes = Buffer.concat(['one', 'two words', ''].map((text) => encodeFrame(header, string, text)));
    for (let at = 0; at <= bytes.length; at += 1) {
      const frames = split(new FrameSplitter(), bytes.subarray(0, at), bytes.subarray(at));
      const texts = frames.map(({ payload }) => decodePayload(string, payload, 'a test'));
      assert.deepEqual(texts, ['one', 'two words', ''], `split at ${at}`);
    }
    const single = split(new FrameSplitter(), ...[...bytes].map((byte) => Buffer.from([byte])));
    assert.equal(single.length, 3);
  });

  it('have a length from 28 to 33,554,436 bytes; others are refused on sight', () => {
    for (const length of [0, 1, 27, 33_554_437, 0xffff_ffff]) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(length);
      assert.throws(() => split(new FrameSplitter(), bytes), ProtocolError, String(length));
    }
    const longest = Buffer.alloc(4);
    longest.writeUInt32BE(33_554_436);
    const splitter = new FrameSplitter();
    assert.deepEqual(split(splitter, longest), []);
    assert.equal(splitter.held, 4, 'a length that is announced takes no memory');
  });

  it('with a payload of the wrong size say which reply was being read', () => {
    const frame = encodeFrame(header, string, 'text').subarray(28);
    assert.throws(() => decodePayload(string, frame.subarray(0, 6), 'the reply to domainGetXmlDesc'), {
      name: 'ProtocolError',
      message: /^the reply to domainGetXmlDesc: /,
    });
  });
});
