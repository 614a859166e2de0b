import { AffectFlags, DomainXMLFlags } from 'node-libvirt';
import { readDomain } from '../../../lib/xml/domain.js';
import { serialize } from '../../../lib/xml/serialize.js';
import { hotnic } from '../support/hotnic.js';
import { MACHINES } from '../support/lab.js';
import { removed, withDomain, workingNic } from './making.js';
import type { State } from './state.js';

/** NICs whose definitions disagree, and devices that QEMU has behind libvirt's back. */
export const DEFINITIONS: readonly State[] = [
  ...MACHINES.map((domain): State => ({
    name: 'attached to the running definition alone',
    domain,
    async make() {
      const { mac } = await workingNic(domain, '--live');
      return {
        truth: { [mac]: 'live-only' },
        cause: /alone|live|half/,
        clean: { code: 0 },
        unmake: () => removed(domain, mac),
      };
    },
  })),
  {
    name: 'detached from the running definition alone',
    domain: 'lab-q35',
    async make() {
      const { mac } = await workingNic(this.domain);
      const ended = await hotnic('detach', this.domain, mac, '--live', '--timeout', '60');
      if (ended.code !== 0) throw new Error(ended.stderr + ended.stdout);
      return {
        truth: { [mac]: 'config-only' },
        cause: /detach/,
        clean: { options: ['--choose', '1'], code: 0 },
        unmake: () => removed(this.domain, mac),
      };
    },
  },
  {
    name: 'detached by another tool from both while the guest was paused: config goes, live stays',
    domain: 'lab-i440fx',
    async make() {
      const { mac } = await workingNic(this.domain);
      await withDomain(this.domain, async (one) => {
        await one.suspend();
        const xml = nicXml(await one.getXMLDesc(0), mac);
        await one.detachDeviceFlags(xml, AffectFlags.LIVE | AffectFlags.CONFIG);
      });
      return {
        truth: { [mac]: 'live-only' },
        scan: ['--guest-channel', 'none'],
        cause: /half/,
        clean: { code: 0 },
        unmake: async () => {
          await withDomain(this.domain, (one) => one.resume());
          await removed(this.domain, mac);
        },
      };
    },
  },
  {
    name: 'edited in one definition alone',
    domain: 'lab-q35',
    async make() {
      const { mac } = await workingNic(this.domain);
      await withDomain(this.domain, async (one) => {
        const xml = nicXml(await one.getXMLDesc(DomainXMLFlags.INACTIVE), mac);
        const down = xml.replace('</interface>', '<link state="down"/></interface>');
        await one.updateDeviceFlags(down, AffectFlags.CONFIG);
      });
      return {
        truth: { [mac]: 'definition-drift' },
        cause: /edit/,
        clean: { options: ['--choose', '1'], code: 0 },
        unmake: () => removed(this.domain, mac),
      };
    },
  },
  {
    name: 'given to QEMU through its monitor',
    domain: 'lab-q35',
    async make() {
      const mac = '52:54:00:0d:0d:01';
      await withDomain(this.domain, async (one) => {
        const monitor = (execute: string, args: object) =>
          one.qemuMonitorCommand(JSON.stringify({ execute, arguments: args }));
        await monitor('netdev_add', { type: 'user', id: 'orphan-backend' });
        await monitor('device_add', {
          driver: 'virtio-net-pci',
          id: 'orphan0',
          netdev: 'orphan-backend',
          mac,
          bus: 'pci.8',
        });
      });
      return {
        truth: { [mac]: 'qemu-orphan' },
        scan: ['--qemu'],
        cause: /monitor|libvirt/,
        clean: { options: ['--max-risk', 'data-path'], code: 0 },
        unmake: () => Promise.resolve(),
      };
    },
  },
];

function nicXml(domainXml: string, mac: string): string {
  const nic = readDomain(domainXml).interfaces.find((one) => one.mac === mac);
  if (!nic) throw new Error(`no NIC ${mac}`);
  return serialize(nic.element);
}
