import assert from 'node:assert/strict';
import { XMLParser } from 'fast-xml-parser';
import { domainXml } from '../../lib/lab/domain-xml.js';
import type { LabGuestSpec } from '../../lib/lab/types.js';

const inputs = {
  virtType: 'qemu',
  kernel: '/cache/vmlinuz',
  initrd: '/cache/initrd',
  guestDir: '/run/hotnic/lab/x/guests/g',
  sshPort: 2207,
} as const;

const xmlOf = (spec: Partial<LabGuestSpec>) => domainXml({ name: 'g', machine: 'q35', ...spec }, inputs);

describe('the domain of a lab guest', () => {
  it('has eight free root ports on q35 and none on i440fx', () => {
    assert.equal(xmlOf({}).match(/pcie-root-port/g)?.length, 8);
    assert.equal(xmlOf({ rootPorts: 2 }).match(/pcie-root-port/g)?.length, 2);
    assert.doesNotMatch(xmlOf({ machine: 'i440fx' }), /pcie/);
  });

  it('turns ACPI hot-plug off on the native machine alone', () => {
    const off = /ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off/;
    assert.match(xmlOf({ machine: 'q35-native' }), off);
    assert.doesNotMatch(xmlOf({ machine: 'q35' }), off);
    assert.doesNotMatch(xmlOf({ machine: 'i440fx' }), off);
  });

  it('shows libvirt no NIC, and forwards a loopback port to the one it has', () => {
    assert.doesNotMatch(xmlOf({}), /<interface/);
    assert.match(xmlOf({}), /hostfwd=tcp:127\.0\.0\.1:2207-10\.0\.2\.15:22/);
  });

  it('puts extra kernel arguments after its own', () => {
    assert.match(
      xmlOf({ kernelArgs: ['acpiphp.disable=1'] }),
      /console=ttyS0 .*acpiphp\.disable=1<\/cmdline>/,
    );
  });

  it('carries an argument unaltered, whatever is in it', () => {
    const xml = xmlOf({ kernelArgs: ['a="<b>&\'c'] });
    const parsed = new XMLParser({ htmlEntities: true }).parse(xml) as {
      domain: { os: { cmdline: string } };
    };
    assert.ok(parsed.domain.os.cmdline.endsWith('a="<b>&\'c'));
  });

  it('takes memory, processors and the kind of virtualisation from outside', () => {
    const xml = domainXml(
      { name: 'g', machine: 'q35', memoryMiB: 1024, vcpus: 2 },
      { ...inputs, virtType: 'kvm' },
    );
    assert.match(xml, /<domain type='kvm'/);
    assert.match(xml, /<memory unit='MiB'>1024<\/memory>\n<vcpu>2</);
  });
});
