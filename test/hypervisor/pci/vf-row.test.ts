import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import type { Fields } from '../../../lib/hypervisor/host/json.js';
import {
  parseVfRow,
  parseVfState,
  vfAddress,
  vfDifferences,
  vfRowText,
  type VfRow,
} from '../../../lib/hypervisor/pci/index.js';
import { parsePciAddress, type PciAddress } from '../../../lib/nic/pci-address.js';

const address = (text: string) => parsePciAddress(text) ?? ('' as PciAddress);
const row = (entry: Fields): VfRow => {
  const parsed = parseVfRow(entry);
  assert.ok(parsed);
  return parsed;
};

describe('a row of a PF’s table', () => {
  it('is read as igb gives it: no link state to set, no RSS query, nothing but a MAC', () => {
    // iproute2 6.1 on an igb of QEMU.
    const entry = {
      vf: 3,
      link_type: 'ether',
      address: 'ba:9c:5f:5d:72:4e',
      broadcast: 'ff:ff:ff:ff:ff:ff',
      vlan_list: [{}],
      spoofchk: true,
      link_state: 'auto',
      trust: false,
    };
    assert.deepEqual(row(entry), {
      index: 3,
      mac: 'ba:9c:5f:5d:72:4e',
      vlan: null,
      qos: 0,
      vlanProtocol: '802.1Q',
      spoofCheck: true,
      trust: false,
      linkState: 'auto',
      maxTxRate: 0,
      minTxRate: 0,
      queryRss: null,
    });
  });

  it('is read with VLAN, priority, protocol and rates in objects of their own', () => {
    const entry = {
      vf: 0,
      address: '00:00:00:00:00:00',
      vlan_list: [{ vlan: 100, qos: 5, protocol: '802.1ad' }],
      rate: { max_tx: 1000, min_tx: 10 },
      spoofchk: false,
      link_state: 'disable',
      trust: true,
      query_rss_en: false,
    };
    const { mac, vlan, qos, vlanProtocol, maxTxRate, minTxRate, linkState, queryRss } = row(entry);
    assert.deepEqual(
      [mac, vlan, qos, vlanProtocol, maxTxRate, minTxRate, linkState, queryRss],
      [null, 100, 5, '802.1ad', 1000, 10, 'disable', false],
    );
  });

  it('is read as older iproute2 writes it, all in one', () => {
    const { mac, vlan, qos, maxTxRate, minTxRate } = row({
      vf: 1,
      mac: 'aa:00:00:00:00:02',
      vlan: 7,
      qos: 1,
      max_tx_rate: 500,
      min_tx_rate: 50,
    });
    assert.deepEqual([mac, vlan, qos, maxTxRate, minTxRate], ['aa:00:00:00:00:02', 7, 1, 500, 50]);
  });

  it('never reads what is no row as one, whatever it is given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (entry) => {
        const parsed = parseVfRow(entry);
        assert.ok(parsed === null || Number.isSafeInteger(parsed.index));
      }),
    );
    assert.equal(parseVfRow({ vf: -1 }), null);
  });

  it('differs where a setting is another; a switch that the driver does not know never does', () => {
    const before = row({ vf: 0, address: 'aa:00:00:00:00:02', spoofchk: true });
    const now = { ...before, vlan: 7, spoofCheck: false, trust: null };
    assert.deepEqual(vfDifferences(now, before), [
      { setting: 'vlan', is: '7', was: 'none' },
      { setting: 'spoofCheck', is: 'off', was: 'on' },
    ]);
    assert.deepEqual(vfDifferences(now, { trust: true }), []);
    assert.deepEqual(vfDifferences({ ...before, mac: null }, before), [
      { setting: 'mac', is: 'none', was: 'aa:00:00:00:00:02' },
    ]);
  });

  it('is told in a few words', () => {
    assert.equal(
      vfRowText({ mac: null, vlan: 7, qos: 2, trust: false, maxTxRate: 100 }),
      'no MAC, VLAN 7 with priority 2, trust off, at the most 100 Mbit/s',
    );
  });
});

describe('the address of a VF', () => {
  it('is its PF’s plus a distance, over slots and buses', () => {
    const pf = address('0000:01:00.0');
    assert.deepEqual(
      [0x80, 0x82, 0x90, 0x180].map((distance) => vfAddress(pf, distance)),
      ['0000:01:10.0', '0000:01:10.2', '0000:01:12.0', '0000:02:10.0'],
    );
    assert.equal(vfAddress(address('0000:3b:00.1'), 0x80), '0000:3b:10.1');
  });
});

describe('how a VF stands', () => {
  const place = { vf: address('0000:01:10.2'), pf: address('0000:01:00.0'), index: 1 };
  const lines = (virtfn: string) =>
    `pf\tenp1s0\nvirtfn\t../${virtfn}\ndriver\t../../../bus/pci/drivers/igbvf\nnet\tenp1s0v1\tba:9c:5f:5d:72:4e\nboot\tf00\n`;

  it('is its driver, its netdevs and the netdev of its PF', () => {
    assert.deepEqual(parseVfState(lines('0000:01:10.2'), place), {
      pfNetdev: 'enp1s0',
      driver: 'igbvf',
      boot: 'f00',
      netdevs: [{ name: 'enp1s0v1', mac: 'ba:9c:5f:5d:72:4e' }],
    });
  });

  it('is not told of another function that has its number by now', () => {
    for (const other of ['0000:01:10.0', ''])
      assert.throws(
        () => parseVfState(lines(other), place),
        (error) => isHotnicError(error, 'vf-not-there'),
      );
  });
});
