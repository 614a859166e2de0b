import type { Platform, PlatformId, Restriction } from './platform-types.js';

type Facts = Pick<Platform, 'name' | 'adds' | 'restrictions'>;

/**
 * What platforms are known to restrict, each row with the page that says so. Providers change their rules: the source
 * is printed with the restriction, so that it can be looked up.
 */
export const PLATFORM_FACTS: Readonly<Record<PlatformId, Facts>> = {
  aws: {
    name: 'Amazon EC2',
    adds: 'running',
    restrictions: [
      says(
        'removing',
        'the primary interface cannot be detached; the others can, from a running instance too',
        'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html',
      ),
      says(
        'count',
        'how many interfaces an instance may have is set by its type',
        'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html',
      ),
      says(
        'adding',
        'an interface that is added later may have to be brought up and routed by hand where no agent of the image does it; two in one subnet lead to asymmetric routing',
        'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html',
      ),
      says(
        'mtu',
        'up to 9001 bytes inside of a VPC, 1500 towards the internet',
        'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html',
      ),
      says(
        'speed',
        'bandwidth is set by the instance type, not by the link',
        'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-network-bandwidth.html',
      ),
    ],
  },
  'google-cloud': {
    name: 'Google Compute Engine',
    adds: 'at-creation',
    restrictions: [
      says(
        'adding',
        'virtual interfaces are chosen when the instance is created; only dynamic ones (VLAN subinterfaces) come and go later',
        'https://docs.cloud.google.com/vpc/docs/multiple-interfaces-concepts',
      ),
      says(
        'removing',
        'an interface is deleted with its instance',
        'https://docs.cloud.google.com/vpc/docs/create-use-multiple-interfaces',
      ),
      says(
        'mtu',
        '1300 to 8896 bytes, 1460 unless the VPC says otherwise; the interface should have the VPC’s',
        'https://docs.cloud.google.com/vpc/docs/mtu',
      ),
    ],
  },
  digitalocean: {
    name: 'DigitalOcean Droplet',
    adds: 'at-creation',
    restrictions: [
      says(
        'adding',
        'the VPC interface comes with the Droplet; another VPC means a snapshot and a new Droplet',
        'https://docs.digitalocean.com/products/networking/vpc/details/limits/',
      ),
    ],
  },
  linode: {
    name: 'Akamai (Linode)',
    adds: 'stopped',
    restrictions: [
      says(
        'adding',
        'interfaces are added, changed and deleted only while the Linode is powered off, or when it is created',
        'https://techdocs.akamai.com/linode-api/reference/post-linode-interface',
      ),
      says(
        'count',
        'three interfaces at most: one public, one VPC, several VLANs',
        'https://techdocs.akamai.com/linode-api/reference/post-linode-interface',
      ),
    ],
  },
  hetzner: {
    name: 'Hetzner Cloud',
    adds: 'running',
    restrictions: [
      says(
        'adding',
        'attaching a network adds an interface beside the fixed public one; alias addresses are configured by hand, DHCP gives the first only',
        'https://docs.hetzner.cloud/reference/cloud#server-actions-attach-a-server-to-a-network',
      ),
      says(
        'mtu',
        'private networks carry 1450 bytes',
        'https://docs.hetzner.com/cloud/networks/technical-concepts/architecture',
      ),
    ],
  },
  vultr: {
    name: 'Vultr',
    adds: null,
    restrictions: [
      says(
        'adding',
        'interfaces of a VPC are attached and detached through the provider’s API, and configured in the guest by hand',
        'https://docs.vultr.com/reference/vultr-cli/instance/vpc',
      ),
    ],
  },
  azure: {
    name: 'Microsoft Azure',
    adds: 'stopped',
    restrictions: [
      says(
        'adding',
        'interfaces are added and removed only while the machine is stopped (deallocated)',
        'https://learn.microsoft.com/azure/virtual-network/virtual-network-network-interface-vm',
      ),
      says(
        'device',
        'with accelerated networking a virtual function (mlx5 or mana) shares the MAC of the synthetic interface and may leave and come back at any time: configure the synthetic one',
        'https://learn.microsoft.com/azure/virtual-network/accelerated-networking-how-it-works',
      ),
    ],
  },
  'hyper-v': {
    name: 'Microsoft Hyper-V',
    adds: 'running',
    restrictions: [
      says(
        'adding',
        'adapters of generation 2 machines can be added and removed while they run; generation 1 must be off',
        'https://learn.microsoft.com/windows-server/virtualization/hyper-v/plan/should-i-create-a-generation-1-or-2-virtual-machine-in-hyper-v',
      ),
      says(
        'device',
        'synthetic adapters sit on vmbus: they have no PCI function, so PCI removal and rescan do not reach them',
        'https://docs.kernel.org/networking/device_drivers/ethernet/microsoft/netvsc.html',
      ),
    ],
  },
  vmware: {
    name: 'VMware',
    adds: 'running',
    restrictions: [
      says('count', 'ten virtual NICs at most', 'https://configmax.broadcom.com/'),
      says(
        'speed',
        'vmxnet3 says 10 Gbit/s whatever the uplink is, up to device version 8',
        'https://git.kernel.org/linus/0458cbedfe35a2762fc82ddf38e004cc886b9ed4',
      ),
    ],
  },
  xen: {
    name: 'Xen',
    adds: 'running',
    restrictions: [
      says(
        'device',
        'a paravirtual interface sits on xenbus: it has no PCI function, so PCI removal and rescan do not reach it',
        'https://wiki.xenproject.org/wiki/Xen_Networking',
      ),
      says(
        'device',
        'an HVM guest with paravirtual drivers unplugs its emulated NICs at boot',
        'https://xenbits.xen.org/docs/unstable/misc/hvm-emulated-unplug.html',
      ),
    ],
  },
  kvm: {
    name: 'KVM or QEMU',
    adds: 'running',
    restrictions: [
      says(
        'count',
        'on q35 each NIC needs a free pcie-root-port, and ports cannot be added while it runs; i440fx has 31 slots',
        'https://libvirt.org/pci-hotplug.html',
      ),
    ],
  },
  physical: { name: 'no virtual machine', adds: null, restrictions: [] },
  unknown: { name: 'unknown', adds: null, restrictions: [] },
};

function says(about: Restriction['about'], text: string, source: string): Restriction {
  return { about, text, source };
}
