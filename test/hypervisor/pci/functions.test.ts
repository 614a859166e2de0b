import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { parseFunctions } from '../../../lib/hypervisor/pci/parse-functions.js';
import { parseFunctionState } from '../../../lib/hypervisor/pci/function-state.js';
import { parseOverrides } from '../../../lib/hypervisor/pci/read-functions.js';
import { parsePciAddress } from '../../../lib/nic/pci-address.js';

const TEXT = readFileSync(new URL('fixtures/functions.txt', import.meta.url), 'utf8');

describe('what sysfs says of PCI functions', () => {
  const { functions, all } = parseFunctions(TEXT);
  const at = (address: string) => functions.find((one) => one.address === address);

  it('gives NICs alone, virtio ones with the netdev below their own device', () => {
    assert.equal(functions.length, 9);
    assert.deepEqual(
      at('0000:03:00.0')?.netdevs.map(({ name }) => name),
      ['enp3s0'],
    );
    assert.equal(at('0000:00:1e.0')?.netdevs[0]?.addresses[0], '10.0.2.15/24');
  });

  it('joins VFs and their PF by number', () => {
    assert.deepEqual(at('0000:04:10.2')?.virtual, { physicalFunction: '0000:04:00.0', index: 1 });
    assert.deepEqual(at('0000:04:00.0')?.physical, { totalVfs: 7, vfs: ['0000:04:10.0', '0000:04:10.2'] });
    assert.equal(at('0000:01:00.0')?.physical, null);
  });

  it('leaves bridges out of a group, and names the port above', () => {
    assert.deepEqual(at('0000:06:01.0')?.iommuGroup, {
      number: 18,
      members: ['0000:06:01.0', '0000:06:02.0'],
    });
    assert.equal(at('0000:06:01.0')?.parent, '0000:05:00.0');
    assert.equal(at('0000:02:00.0')?.parent, '0000:00:11.0');
  });

  it('tells a function that the kernel cannot reset from one whose ways it does not tell', () => {
    assert.deepEqual([at('0000:02:00.0')?.resetMethods, at('0000:02:00.0')?.canReset], [['pm', 'bus'], true]);
    assert.deepEqual([at('0000:06:02.0')?.resetMethods, at('0000:06:02.0')?.canReset], [[], false]);
  });

  it('knows every function by its class, and gives one that is asked for', () => {
    const port = parsePciAddress('0000:00:11.0');
    assert.ok(port);
    assert.equal(all.get(port)?.driver, 'pcieport');
    assert.equal(parseFunctions(TEXT, new Set([port])).functions.length, 10);
  });

  it('ends in an error of hotnic or in nothing, whatever it is given', () => {
    const check = (text: string) => {
      parseFunctionState(text);
      parseOverrides(text);
      try {
        parseFunctions(text);
      } catch (error) {
        assert.ok(isHotnicError(error, 'host-answer'), String(error));
      }
    };
    fc.assert(fc.property(fc.string({ maxLength: 300 }), check));
    fc.assert(
      fc.property(fc.nat(), fc.nat(300), fc.string(), (at, cut, put) => {
        const from = at % TEXT.length;
        check(TEXT.slice(0, from) + put + TEXT.slice(from + cut));
      }),
    );
  });
});
