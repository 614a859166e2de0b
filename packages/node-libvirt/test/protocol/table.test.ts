import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../../src/index.js';
import { TABLE, TABLE_VERSION } from '../../src/generated/table.js';
import { procedureNames, procedures } from '../../src/protocol/procedures.js';
import { allEntries, entryNamed, nameOf, procedureNamed, typeNamed } from '../../src/protocol/table.js';
import type { Codec } from '../../src/xdr/codec.js';
import { HEADER_BYTES } from '../../src/xdr/limits.js';
import { XdrReader } from '../../src/xdr/reader.js';
import { XdrWriter } from '../../src/xdr/writer.js';
import { objectsOf, valuesOf } from '../support/arbitrary.js';

const RUNS = 25;

function encode(codec: Codec<unknown>, value: unknown): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return Buffer.from(writer.frame().subarray(HEADER_BYTES));
}

function decode(codec: Codec<unknown>, bytes: Buffer): unknown {
  const reader = new XdrReader(bytes);
  const value = codec.read(reader);
  reader.end();
  return value;
}

function assertIdentity(codec: Codec<unknown>, values: fc.Arbitrary<unknown>): void {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = encode(codec, value);
      assert.ok(bytes.length >= codec.minimumBytes);
      assert.deepEqual(decode(codec, bytes), value);
    }),
    { numRuns: RUNS },
  );
}

describe('the table of the protocol', function () {
  this.timeout(60_000);

  it('has every call and event of both programs', () => {
    const entries = allEntries();
    const calls = entries.filter(({ kind }) => kind !== 'event');
    assert.deepEqual([entries.length, calls.length], [460, 406]);
    assert.equal(procedureNames().length, calls.length);
    assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length);
    for (const { name, program, number } of entries) assert.equal(nameOf(program, number), name);
  });

  it('carries every struct and union, and gives back what was written', () => {
    const types = [...TABLE.matchAll(/^(?:struct|union) (\w+)/gm)].map(([, name = '']) => name);
    assert.ok(types.length > 25);
    for (const type of types) assertIdentity(typeNamed(type), valuesOf(type));
  });

  it('carries the arguments and the result of every call, and every event', () => {
    for (const { name } of allEntries()) {
      const line = TABLE.split('\n').find((one) => one.split(' ')[2] === name) ?? '';
      const [args = '', result = ''] = line
        .split(' ')
        .slice(5)
        .join(' ')
        .split(/(?:^| )> /);
      const procedure = procedureNamed(name);
      assertIdentity(procedure.args, objectsOf(args));
      assertIdentity(procedure.result, objectsOf(result));
    }
  });

  it('knows which libvirt has brought a call, and which calls open a stream', () => {
    assert.equal(TABLE_VERSION, '11.3.0');
    assert.deepEqual(entryNamed('domainDetachDeviceAlias'), {
      program: 0x2000_8086,
      number: 392,
      name: 'domainDetachDeviceAlias',
      since: '4.4.0',
      kind: 'call',
    });
    assert.equal(entryNamed('domainGetXmlDesc').since, '0.3.0');
    assert.equal(entryNamed('qemuDomainMonitorEvent').kind, 'event');
    const streams = allEntries().filter(({ kind }) => kind === 'read' || kind === 'write');
    assert.deepEqual(streams.map(({ name, kind }) => `${name} ${kind}`).sort(), [
      'domainMigratePrepareTunnel write',
      'domainMigratePrepareTunnel3 write',
      'domainOpenChannel read',
      'domainOpenConsole read',
      'domainScreenshot read',
      'storageVolDownload read',
      'storageVolUpload write',
    ]);
  });

  it('refuses a name that it does not have', () => {
    assert.throws(() => procedureNamed('domainFly'), TypeError);
    assert.throws(() => typeNamed('noType'), /not in the protocol's table/);
    assert.equal(nameOf(0x2000_8086, 9999), undefined);
  });

  it('refuses a value of an unknown type in a union, in both directions', () => {
    const value = typeNamed('typedParamValue');
    assert.throws(() => decode(value, Buffer.from('0000000900000001', 'hex')), /unknown type 9/);
    assert.throws(() => encode(value, { type: 'float', value: 1 }), ProtocolError);
  });

  it('sends chars of C with their sign, as libvirt does, and takes them without it', () => {
    const label = procedures.authSaslStep.args as Codec<unknown>;
    const bytes = encode(label, { nil: 0, data: Buffer.from([0x41, 0xff]) });
    assert.equal(bytes.toString('hex'), '000000000000000200000041ffffffff');
    const unsigned = Buffer.from('0000000000000002000000410000 00ff'.replace(' ', ''), 'hex');
    assert.deepEqual(decode(label, unsigned), { nil: 0, data: Buffer.from([0x41, 0xff]) });
    assert.throws(() => decode(label, Buffer.from('000000000000000100000100', 'hex')), /a char of 256/);
  });
});
