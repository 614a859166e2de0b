import assert from 'node:assert/strict';
import { fromTypedParams, ProtocolError, toTypedParams } from '../src/index.js';

describe('typed parameters', () => {
  it('are a plain object here, 64-bit values bigint', () => {
    const params = toTypedParams({
      shares: 2048n,
      quota: -1n,
      cpus: 2,
      offset: -3,
      load: 0.5,
      on: true,
      name: 'x',
    });
    assert.deepEqual(
      params.map(({ field, value: { type } }) => `${field} ${type}`),
      ['shares ullong', 'quota llong', 'cpus uint', 'offset int', 'load double', 'on boolean', 'name string'],
    );
    assert.deepEqual(fromTypedParams(params), {
      shares: 2048n,
      quota: -1n,
      cpus: 2,
      offset: -3,
      load: 0.5,
      on: true,
      name: 'x',
    });
  });

  it('can be sent as any type that is asked for', () => {
    const value = { type: 'llong', value: 5n } as const;
    assert.deepEqual(toTypedParams({ quota: value }), [{ field: 'quota', value }]);
  });

  it('are refused when a number is none', () => {
    assert.throws(() => toTypedParams({ cpus: Number.NaN }), ProtocolError);
  });
});
