import type { MachineFacts, PlatformId, Virtualization } from '../../../lib/guest/hardware/platform-types.js';

/** A guest as its platform shows it, and what it must be taken for. */
export interface RecordedMachine {
  readonly what: string;
  /** The public documentation or source that the values were taken from. */
  readonly source: string;
  readonly machine: Partial<Omit<MachineFacts, 'dmi'>> & { readonly dmi?: Readonly<Record<string, string>> };
  readonly drivers: readonly (string | null)[];
  readonly id: PlatformId;
  readonly virtualization: Virtualization;
}

const DS_IDENTIFY = 'https://github.com/canonical/cloud-init/blob/main/tools/ds-identify';
const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html';
const VIRT = 'https://www.freedesktop.org/software/systemd/man/latest/systemd-detect-virt.html';
const KVM = {
  hypervisorVendor: 'KVM',
  hypervisorFlag: true,
  virtualizationType: 'full',
  clocksource: 'kvm-clock',
};

/** Made from public documentation of what each platform writes; none was read on the platform itself but the last. */
export const MACHINES: readonly RecordedMachine[] = [
  {
    what: 'EC2 on Nitro',
    source: EC2,
    machine: {
      ...KVM,
      dmi: {
        sys_vendor: 'Amazon EC2',
        product_name: 'm5.large',
        bios_vendor: 'Amazon EC2',
        board_asset_tag: 'i-0af01c0123456789a',
      },
    },
    drivers: ['ena'],
    id: 'aws',
    virtualization: 'kvm',
  },
  {
    what: 'EC2 on Xen, which says so in BIOS version and UUID alone',
    source: EC2,
    machine: {
      hypervisorType: 'xen',
      guestType: 'HVM',
      hypervisorVendor: 'Xen',
      hypervisorFlag: true,
      clocksource: 'xen',
      dmi: {
        sys_vendor: 'Xen',
        product_name: 'HVM domU',
        bios_version: '4.11.amazon',
        product_uuid: 'ec2e1916-9099-7caf-fd21-012345abcdef',
      },
    },
    drivers: ['ixgbevf'],
    id: 'aws',
    virtualization: 'xen-hvm',
  },
  {
    what: 'Google Compute Engine',
    source: DS_IDENTIFY,
    machine: {
      ...KVM,
      dmi: { sys_vendor: 'Google', product_name: 'Google Compute Engine', bios_vendor: 'Google' },
    },
    drivers: ['gve'],
    id: 'google-cloud',
    virtualization: 'kvm',
  },
  {
    what: 'a DigitalOcean Droplet',
    source: DS_IDENTIFY,
    machine: { ...KVM, dmi: { sys_vendor: 'DigitalOcean', product_name: 'Droplet' } },
    drivers: ['virtio_net', 'virtio_net'],
    id: 'digitalocean',
    virtualization: 'kvm',
  },
  {
    what: 'a Linode before its vendor was renamed',
    source: DS_IDENTIFY,
    machine: { ...KVM, dmi: { sys_vendor: 'Linode', product_name: 'Compute Instance' } },
    drivers: ['virtio_net'],
    id: 'linode',
    virtualization: 'kvm',
  },
  {
    what: 'a Linode of Akamai',
    source: DS_IDENTIFY,
    machine: { ...KVM, dmi: { sys_vendor: 'Akamai', product_name: 'Compute Instance' } },
    drivers: ['virtio_net'],
    id: 'linode',
    virtualization: 'kvm',
  },
  {
    what: 'Hetzner Cloud',
    source: DS_IDENTIFY,
    machine: { ...KVM, dmi: { sys_vendor: 'Hetzner', product_name: 'vServer' } },
    drivers: ['virtio_net'],
    id: 'hetzner',
    virtualization: 'kvm',
  },
  {
    what: 'Vultr',
    source: DS_IDENTIFY,
    machine: { ...KVM, dmi: { sys_vendor: 'Vultr', product_name: 'VC2' } },
    drivers: ['virtio_net'],
    id: 'vultr',
    virtualization: 'kvm',
  },
  {
    what: 'Azure, whose asset tag tells it from any Hyper-V',
    source: DS_IDENTIFY,
    machine: {
      hypervisorVendor: 'Microsoft',
      hypervisorFlag: true,
      clocksource: 'hyperv_clocksource_tsc_page',
      dmi: {
        sys_vendor: 'Microsoft Corporation',
        product_name: 'Virtual Machine',
        chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77',
      },
    },
    drivers: ['hv_netvsc', 'mlx5_core'],
    id: 'azure',
    virtualization: 'hyper-v',
  },
  {
    what: 'Hyper-V',
    source: VIRT,
    machine: {
      hypervisorVendor: 'Microsoft',
      hypervisorFlag: true,
      dmi: { sys_vendor: 'Microsoft Corporation', product_name: 'Virtual Machine' },
    },
    drivers: ['hv_netvsc'],
    id: 'hyper-v',
    virtualization: 'hyper-v',
  },
  {
    what: 'VMware',
    source: VIRT,
    machine: {
      hypervisorVendor: 'VMware',
      hypervisorFlag: true,
      dmi: { sys_vendor: 'VMware, Inc.', product_name: 'VMware Virtual Platform' },
    },
    drivers: ['vmxnet3'],
    id: 'vmware',
    virtualization: 'vmware',
  },
  {
    what: 'a Xen PV guest, which has no DMI',
    source: 'https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-hypervisor-xen',
    machine: {
      hypervisorType: 'xen',
      guestType: 'PV',
      hypervisorFlag: true,
      clocksource: 'xen',
      virtualizationType: 'para',
    },
    drivers: ['vif'],
    id: 'xen',
    virtualization: 'xen-pv',
  },
  {
    what: 'a Xen HVM guest',
    source: 'https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-hypervisor-xen',
    machine: {
      hypervisorType: 'xen',
      guestType: 'HVM',
      hypervisorVendor: 'Xen',
      hypervisorFlag: true,
      dmi: { sys_vendor: 'Xen', product_name: 'HVM domU', bios_version: '4.17.3' },
    },
    drivers: ['vif'],
    id: 'xen',
    virtualization: 'xen-hvm',
  },
  {
    what: 'QEMU with KVM',
    source: VIRT,
    machine: { ...KVM, dmi: { sys_vendor: 'QEMU', product_name: 'Standard PC (Q35 + ICH9, 2009)' } },
    drivers: ['virtio_net'],
    id: 'kvm',
    virtualization: 'kvm',
  },
  {
    what: 'a laptop',
    source: 'https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-dmi',
    machine: { dmi: { sys_vendor: 'LENOVO', product_name: '20XW' }, clocksource: 'tsc' },
    drivers: ['e1000e'],
    id: 'physical',
    virtualization: 'none',
  },
  {
    what: 'a laptop of Microsoft',
    source: 'https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-dmi',
    machine: {
      dmi: { sys_vendor: 'Microsoft Corporation', product_name: 'Surface Laptop 4' },
      clocksource: 'tsc',
    },
    drivers: [],
    id: 'physical',
    virtualization: 'none',
  },
  {
    what: 'a KVM guest without DMI (a micro-VM)',
    source: 'read on one',
    machine: KVM,
    drivers: ['virtio_net'],
    id: 'kvm',
    virtualization: 'kvm',
  },
];

/** The facts of a recorded machine in full. */
export function machineFacts({ dmi = {}, ...rest }: RecordedMachine['machine']): MachineFacts {
  return {
    hypervisorType: null,
    guestType: null,
    hypervisorVendor: null,
    virtualizationType: null,
    clocksource: null,
    hypervisorFlag: false,
    ...rest,
    dmi: new Map(Object.entries(dmi)),
  };
}
