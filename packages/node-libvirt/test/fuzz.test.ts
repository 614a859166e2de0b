import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { procedures } from '../src/protocol/procedures.js';
import { procedureNamed } from '../src/protocol/table.js';
import { errorPayload, nothing, streamHole } from '../src/protocol/types.js';
import { RpcClient } from '../src/rpc/client.js';
import { encodeFrame, encodeRaw } from '../src/rpc/frame.js';
import { openStream } from '../src/streams/open-stream.js';
import { EventRegistry } from '../src/events/registry.js';
import { domainEvents } from '../src/protocol/domain-events.js';
import { SimulatedDaemon } from '../src/simulator/index.js';
import { parseXml, XmlError } from '../src/simulator/xml/tree.js';
import { q35 } from './support/domain-xml.js';

// A portion that fits a test run; NODE_LIBVIRT_FUZZ=1000000 is the long one.
const FRAMES = Number(process.env['NODE_LIBVIRT_FUZZ'] ?? 20_000);
const dom = { name: 'guest', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 7 };
const reply = { program: 0x2000_8086, version: 1, procedure: 273, type: 1, serial: 1, status: 0 };
const event = { ...reply, procedure: 333, type: 2, serial: 0 };
const names = { str1: 'a', str2: null, str3: 'c', int1: -1, int2: -1, net: { name: 'n', uuid: dom.uuid } };
const fromDaemon = [
  encodeFrame(reply, procedures.connectListAllDomains.result, { domains: [dom, dom], ret: 2 }),
  encodeFrame({ ...reply, status: 1 }, errorPayload, {
    code: 9,
    domain: 10,
    message: 'no',
    level: 2,
    dom,
    ...names,
  }),
  encodeFrame(event, procedureNamed(domainEvents['device-removed'].message).args, {
    callbackId: 0,
    dom,
    devAlias: 'net0',
  }),
];
const opened = encodeFrame({ ...reply, procedure: 209, serial: 2 }, nothing, {});
const data = { ...reply, procedure: 209, type: 3, serial: 2, status: 2 };
const fromStream = [
  encodeRaw(data, Buffer.from('data of a volume')),
  encodeFrame({ ...data, type: 6 }, streamHole, { length: 4096n, flags: 0 }),
  encodeFrame({ ...data, status: 0 }, nothing, {}),
];
const vol = { pool: 'p', name: 'v', key: 'k' };
const fromClient = [
  encodeFrame({ ...reply, type: 0, procedure: 1 }, procedures.connectOpen.args, {
    name: 'qemu:///system',
    flags: 0,
  }),
  encodeFrame({ ...reply, type: 0, procedure: 161 }, procedures.domainDetachDeviceFlags.args, {
    dom,
    xml: '<a/>',
    flags: 1,
  }),
];

/** Frames with some of their bytes changed; most keep their length word, so that what is behind it is reached. */
function mutated(frames: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  return fc
    .tuple(fc.constantFrom(...frames), fc.array(change, { minLength: 1, maxLength: 8 }), fc.boolean())
    .map(([frame, changes, whole]) => {
      const bytes = Buffer.from(frame);
      for (const { at, byte } of changes)
        bytes[whole ? at % bytes.length : 4 + (at % (bytes.length - 4))] = byte;
      return bytes;
    });
}

describe('mutated frames', function () {
  this.timeout(60_000 + FRAMES * 10);

  it('never crash or hang a client: its call and its stream settle, or its connection ends', async () => {
    const property = fc.asyncProperty(mutated([...fromDaemon, ...fromStream]), async (bytes) => {
      const [near, far] = duplexPair();
      const client = new RpcClient(near, 1000);
      const registry = new EventRegistry();
      client.handleEvents((program, procedure, payload) => {
        registry.receive(program, procedure, payload);
      });
      const call = client.call('test', procedures.connectListAllDomains, { needResults: 1, flags: 0 });
      const settled = call.then(
        () => undefined,
        () => undefined,
      );
      const args = { vol, offset: 0n, length: 0n, flags: 0 };
      const stream = openStream(client, 'storageVolDownload', procedures.storageVolDownload, args).then(
        ({ stream: one }) => one.on('error', () => undefined),
        () => undefined,
      );
      far.write(Buffer.concat([opened, bytes]));
      await setImmediate();
      const one = await Promise.race([stream, setImmediate()]);
      assert.ok(
        (one?.waitingBytes ?? 0) <= 2 * 1024 * 1024,
        'no more is kept than has come, and what a hole gives',
      );
      client.end(null);
      await settled;
      await stream;
      await client.closed;
    });
    await fc.assert(property, { numRuns: FRAMES });
  });

  it('never crash or hang the simulator', async () => {
    await using daemon = new SimulatedDaemon({ domains: [{ xml: q35('guest') }] });
    const property = fc.asyncProperty(mutated(fromClient), async (bytes) => {
      const stream = daemon.connect();
      stream.on('error', () => undefined);
      stream.resume();
      stream.write(bytes);
      await setImmediate();
      stream.destroy();
    });
    await fc.assert(property, { numRuns: FRAMES / 4 });
    await setImmediate();
    assert.equal(daemon.connections, 0);
  });
});

describe('the simulator’s XML parser', () => {
  it('reads or refuses every text, in no other way than with XmlError', () => {
    const parts = [
      '<',
      '>',
      '/',
      'a',
      ' ',
      '=',
      "'",
      '"',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!',
      '<a>',
      '</a>',
    ];
    const soup = fc.array(fc.constantFrom(...parts)).map((all) => all.join(''));
    fc.assert(
      fc.property(soup, (text) => {
        try {
          parseXml(text);
        } catch (error) {
          assert.ok(error instanceof XmlError, String(error));
        }
      }),
      { numRuns: Math.min(FRAMES, 20_000) },
    );
  });

  it('refuses depth, number and document types beyond its limits', () => {
    assert.throws(() => parseXml('<a>'.repeat(65) + '</a>'.repeat(65)), /too many elements/);
    assert.throws(() => parseXml(`<a>${'<b/>'.repeat(50_001)}</a>`), /too many elements/);
    assert.throws(() => parseXml('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'), /document types/);
  });
});
