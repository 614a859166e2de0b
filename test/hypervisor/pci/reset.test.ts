import assert from 'node:assert/strict';
import { chooseMark } from '../../../lib/hypervisor/pci/reset-mark.js';
import { judgeReset, parseConfig } from '../../../lib/hypervisor/pci/reset-function.js';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';

/** A configuration space with these capabilities: id, control word. */
function config(...capabilities: readonly (readonly [id: number, control: number])[]): Uint8Array {
  const bytes = new Uint8Array(256);
  bytes.set([0x86, 0x80]);
  bytes[6] = 0x10;
  capabilities.forEach(([id, control], index) => {
    const at = 0x40 + index * 0x20;
    bytes[index === 0 ? 0x34 : at - 0x20 + 1] = at;
    bytes.set([id, 0, control & 0xff, control >> 8], at);
  });
  return bytes;
}

describe('the register that tells of a reset', () => {
  it('is the message address of MSI that is not in use, or else the mask of MSI-X', () => {
    assert.deepEqual(chooseMark(config([1, 0], [5, 0x80])), {
      offset: 0x65,
      value: 0xa5,
      cleared: 0,
      register: 'MSI message address',
    });
    assert.deepEqual(chooseMark(config([5, 0x81], [0x11, 0x0403])), {
      offset: 0x63,
      value: 0x44,
      cleared: 0x04,
      register: 'MSI-X function mask',
    });
  });

  it('is found in a VF, whose ids read ffff', () => {
    const vf = config([0x11, 2]);
    vf.fill(0xff, 0, 4);
    assert.equal(chooseMark(vf)?.register, 'MSI-X function mask');
    assert.equal(
      parseConfig([...vf].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')).length,
      256,
    );
  });

  it('is none where all is in use, or there is no such capability', () => {
    assert.equal(chooseMark(config([5, 1], [0x11, 0x8000])), null);
    assert.equal(chooseMark(config([1, 0])), null);
    assert.equal(chooseMark(new Uint8Array(0)), null);
    assert.equal(chooseMark(new Uint8Array(256).fill(0xff)), null);
    const circle = config([1, 0]);
    circle[0x41] = 0x40;
    assert.equal(chooseMark(circle), null);
  });

  it('decides: cleared is a reset whatever the kernel says, kept is none whatever the kernel says', () => {
    const mark = { offset: 0x65, value: 0xa5, cleared: 0, register: 'MSI message address' };
    assert.equal(judgeReset('marked\t165\nafter\t0\n', mark).outcome, 'reset');
    const told = judgeReset(
      "marked\t165\nrefused\tdd: error writing 'reset': Inappropriate\nafter\t0\n",
      mark,
    );
    assert.deepEqual(told, {
      outcome: 'reset',
      seen: "MSI message address, though the kernel says: error writing 'reset': Inappropriate",
    });
    assert.equal(judgeReset('marked\t165\nafter\t165\n', mark).outcome, 'unchanged');
    assert.equal(judgeReset('marked\t165\nafter\t255\n', mark).outcome, 'unchanged');
    assert.equal(judgeReset('marked\t0\nafter\t0\n', mark).outcome, 'unproved');
    assert.equal(judgeReset('', null).outcome, 'unproved');
    assert.equal(judgeReset('refused\tdd: no\n', null).outcome, 'refused');
  });

  it('cannot be read of a function that does not answer', () => {
    assert.throws(
      () => parseConfig('ff '.repeat(256)),
      (error) => isHotnicError(error, 'function-silent'),
    );
  });
});
