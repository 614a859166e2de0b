import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { parsePciAddress, type PciAddress } from '../../lib/nic/pci-address.js';
import { readDomain } from '../../lib/xml/domain.js';
import { attribute } from '../../lib/xml/tree.js';
import { I440FX, Q35 } from './definitions.js';

function pci(text: string): PciAddress {
  const address = parsePciAddress(text);
  assert.ok(address);
  return address;
}

describe('reading a domain', () => {
  const q35 = readDomain(Q35);
  const old = readDomain(I440FX);

  it('reads what it is', () => {
    const { name, uuid, type, id, machine, arch, acpi } = q35;
    assert.deepEqual(
      { name, uuid, type, id, machine, arch, acpi },
      {
        name: 'web1',
        uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0',
        type: 'qemu',
        id: 3,
        machine: 'pc-q35-7.2',
        arch: 'x86_64',
        acpi: true,
      },
    );
    assert.deepEqual([old.id, old.uuid], [null, null]);
  });

  it('reads its interfaces', () => {
    const [net, vf] = q35.interfaces;
    assert.ok(net && vf);
    assert.equal(net.element.name, 'interface');
    assert.deepEqual(
      { ...net },
      {
        written: net.written,
        type: 'network',
        mac: '52:54:00:aa:bb:01',
        model: 'virtio',
        alias: 'net0',
        target: 'vnet0',
        source: { network: 'default', portid: '0c1c5d41-6c0f-4a73-9d3c-1f1f6dc7d3d2', bridge: 'virbr0' },
        sourceText: 'network default',
        address: { kind: 'pci', pci: '0000:01:00.0', multifunction: false },
        pciAddress: '0000:01:00.0',
        linkState: null,
        mtu: null,
        bootOrder: null,
        hostdevSource: null,
        managed: false,
        teaming: null,
        bandwidth: { inbound: null, outbound: null },
      },
    );
    assert.equal(vf.hostdevSource, '0000:81:10.1');
    assert.equal(vf.sourceText, 'pci 0000:81:10.1');
    assert.deepEqual(vf.teaming, { type: 'transient', persistent: 'ua-standby' });
    const [bridge] = old.interfaces;
    assert.deepEqual(
      [bridge?.linkState, bridge?.mtu, bridge?.bootOrder, bridge?.sourceText],
      ['down', 9000, 1, 'bridge br0'],
    );
    assert.deepEqual(bridge?.bandwidth.inbound, { average: 1000, peak: 5000, burst: 1024, floor: null });
  });

  it('reads PCI controllers, numbers in either base', () => {
    assert.deepEqual(
      q35.controllers.map(({ index, model, address, hotplug, port }) => [
        index,
        model,
        address,
        hotplug,
        port,
      ]),
      [
        [0, 'pcie-root', null, null, null],
        [1, 'pcie-root-port', '0000:00:02.0', null, 0x10],
        [2, 'pcie-root-port', '0000:00:02.1', null, 0x11],
        [3, 'pcie-root-port', '0000:00:02.2', 'off', 0x12],
        [4, 'pcie-to-pci-bridge', '0000:02:00.0', null, null],
        [5, 'pcie-root-port', '0000:00:02.3', null, null],
      ],
    );
  });

  it('follows the controllers to the guest’s path', () => {
    assert.equal(q35.pciPathOf(pci('01:00.0')), '02.0/00.0');
    assert.equal(q35.pciPathOf(pci('04:02.0')), '02.1/00.0/02.0');
    assert.equal(q35.pciPathOf(pci('00:1f.2')), '1f.2');
    assert.equal(q35.pciPathOf(pci('09:00.0')), null);
    assert.equal(old.pciPathOf(pci('00:03.0')), '03.0');
  });

  it('does not go round in a ring of controllers', () => {
    const port = (index: number, bus: number) =>
      `<controller type='pci' index='${index}' model='pcie-root-port'><address type='pci' bus='${bus}' slot='1'/></controller>`;
    const ring = readDomain(`<domain><name>r</name><devices>${port(1, 2)}${port(2, 1)}</devices></domain>`);
    assert.equal(ring.pciPathOf(pci('01:00.0')), null);
  });

  it('counts the guest’s slots, not the host’s', () => {
    const used = [...q35.usedSlots].map(([bus, slots]) => [bus, [...slots]]);
    assert.deepEqual(used, [
      [0, [2]],
      [2, [0]],
      [4, [1, 2, 3]],
      [1, [0]],
    ]);
  });

  it('finds metadata by namespace and QEMU arguments by any prefix', () => {
    assert.equal(attribute(q35.metadata('https://hotnic.example/1'), 'address'), 'ssh://root@10.0.0.5');
    assert.equal(q35.metadata('https://elsewhere.example'), null);
    assert.deepEqual(q35.qemuArguments, ['-global', 'ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off']);
  });

  it('refuses what is no domain', () => {
    for (const xml of ['<network><name>x</name></network>', '<domain/>', '<domain><name/></domain>'])
      assert.throws(
        () => readDomain(xml),
        (error) => isHotnicError(error, 'domain-xml'),
      );
  });

  it('takes malformed values as missing', () => {
    const [nic] = readDomain(`<domain><name>x</name><devices><interface><mac address='01:00:5e:00:00:01'/>
      <mtu size='-1'/><link state='sideways'/><address type='pci' bus='0x100' slot='0x20'/></interface></devices></domain>`).interfaces;
    assert.deepEqual(
      [nic?.mac, nic?.mtu, nic?.linkState, nic?.pciAddress, nic?.type],
      [null, null, null, null, ''],
    );
  });

  it('reads a definition of the machine’s own libvirt', () => {
    const xml = execFileSync('virsh', ['-c', 'test:///default', 'dumpxml', 'test'], { encoding: 'utf8' });
    const domain = readDomain(xml);
    assert.equal(domain.name, 'test');
    assert.equal(domain.type, 'test');
  });
});
