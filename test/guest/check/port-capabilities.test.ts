import assert from 'node:assert/strict';
import { readCapabilities, readWindows } from '../../../lib/guest/check/port-capabilities.js';
import { pciAddress } from '../../../lib/nic/pci-address.js';

const PORT = pciAddress(0, 0, 1, 0);
const NOTHING = '0x0000000000000000';

describe('the windows of a port', () => {
  it('are its last four lines: registers of virtual functions before them are none', () => {
    const lines = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map((number) => {
      if (number === 7) return `0000:00:01.0\t7\t0x00000000fe000000\t0x00000000fe0fffff\t0x0000000000140204`;
      if (number === 13)
        return `0000:00:01.0\t13\t0x0000000000001000\t0x0000000000001fff\t0x0000000000000101`;
      if (number === 14)
        return `0000:00:01.0\t14\t0x00000000fd600000\t0x00000000fd7fffff\t0x0000000000000200`;
      return `0000:00:01.0\t${number}\t${NOTHING}\t${NOTHING}\t${NOTHING}`;
    });
    assert.deepEqual(readWindows(lines).get(PORT), { memory: 0x200000, io: 0x1000 });
  });

  it('are the first lines behind the ROM in a kernel that does not know SR-IOV', () => {
    const lines = [7, 8, 9, 10].map((number) =>
      number === 8
        ? `0000:00:01.0\t8\t0x00000000fd600000\t0x00000000fd6fffff\t0x0000000000000200`
        : `0000:00:01.0\t${number}\t${NOTHING}\t${NOTHING}\t${NOTHING}`,
    );
    assert.deepEqual(readWindows(lines).get(PORT), { memory: 0x100000, io: 0 });
  });

  it('are none in lines that are no windows', () => {
    assert.equal(readWindows(['', 'x', `0000:00:01.0\t7\t-1\t2\t3`, `../x\t7\t0x1\t0x2\t0x200`]).size, 0);
  });
});

describe('the capabilities of a port', () => {
  it('are not known to a plain user, who reads 64 bytes', () => {
    assert.equal(readCapabilities(['>0000:00:01.0', ` ${'00 '.repeat(16).trim()}`]).size, 0);
  });

  it('end where a list of capabilities leads in a circle', () => {
    const bytes = Array.from({ length: 256 }, () => '00');
    bytes[0x34] = '40';
    bytes[0x40] = '01';
    bytes[0x41] = '40';
    const lines = Array.from(
      { length: 16 },
      (_, row) => ` ${bytes.slice(row * 16, row * 16 + 16).join(' ')}`,
    );
    assert.equal(readCapabilities(['>0000:00:01.0', ...lines]).size, 0);
  });
});
