import type { MachineFacts, Platform, PlatformId, Virtualization } from './platform-types.js';
import { PLATFORM_FACTS } from './restrictions.js';

/**
 * Which platform a guest runs on. DMI decides where there is one: what each platform writes there is what cloud-init's
 * ds-identify and systemd-detect-virt go by. `drivers` are those of the guest's NICs: they tell where DMI says nothing.
 */
export function recognisePlatform(machine: MachineFacts, drivers: readonly (string | null)[]): Platform {
  const virtualization = virtualizationOf(machine);
  const [id, evidence] = byDmi(machine) ??
    byDriver(drivers) ??
    byHypervisor(machine, virtualization.kind) ?? ['unknown', 'nothing that hotnic knows'];
  const facts = PLATFORM_FACTS[id];
  return {
    id,
    name: facts.name,
    virtualization: virtualization.kind,
    evidence: [evidence, ...virtualization.evidence].filter(
      (text, index, all) => all.indexOf(text) === index,
    ),
    adds: facts.adds,
    restrictions: facts.restrictions,
  };
}

type Found = readonly [PlatformId, string];

// Fields and what they hold: https://github.com/canonical/cloud-init/blob/main/tools/ds-identify; EC2's also
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html. The first that fits counts.
const DMI: readonly (readonly [PlatformId, string, RegExp])[] = [
  ['aws', 'sys_vendor', /^Amazon EC2$/],
  ['aws', 'bios_vendor', /^Amazon EC2$/],
  ['aws', 'board_asset_tag', /^i-[0-9a-f]{8,17}$/],
  ['aws', 'bios_version', /\.amazon$/],
  ['google-cloud', 'product_name', /^Google Compute Engine$/],
  ['google-cloud', 'sys_vendor', /^Google$/],
  ['digitalocean', 'sys_vendor', /^DigitalOcean$/],
  ['linode', 'sys_vendor', /^(?:Linode|Akamai)$/],
  ['hetzner', 'sys_vendor', /^Hetzner$/],
  ['vultr', 'sys_vendor', /^Vultr$/],
  ['azure', 'chassis_asset_tag', /^7783-7084-3265-9085-8269-3286-77$/],
  ['hyper-v', 'sys_vendor', /^Microsoft Corporation$/],
  ['vmware', 'sys_vendor', /^VMware, Inc\.$/],
  ['xen', 'sys_vendor', /^Xen$/],
  ['xen', 'product_name', /^HVM domU$/],
  ['kvm', 'sys_vendor', /^(?:QEMU|KVM|Red Hat|oVirt)$/],
  ['kvm', 'product_name', /^(?:KVM|Standard PC \(.*\))$/],
];

function byDmi({ dmi, hypervisorFlag }: MachineFacts): Found | null {
  for (const [id, field, pattern] of DMI) {
    const value = dmi.get(field) ?? '';
    if (!pattern.test(value)) continue;
    // Microsoft makes laptops too.
    if (id === 'hyper-v' && dmi.get('product_name') !== 'Virtual Machine') continue;
    return [id, `DMI ${field} is "${value}"`];
  }
  // EC2's older instances, on Xen, say so in the system's UUID alone.
  const uuid = dmi.get('product_uuid') ?? '';
  if (/^ec2/i.test(uuid)) return ['aws', `DMI product_uuid begins with "${uuid.slice(0, 3)}"`];
  const vendor = dmi.get('sys_vendor') ?? '';
  return vendor !== '' && !hypervisorFlag ? ['physical', `DMI sys_vendor is "${vendor}"`] : null;
}

const BY_DRIVER: Readonly<Record<string, PlatformId>> = {
  ena: 'aws',
  gve: 'google-cloud',
  hv_netvsc: 'hyper-v',
  vmxnet3: 'vmware',
};

function byDriver(drivers: readonly (string | null)[]): Found | null {
  const driver = drivers.find((one) => one !== null && Object.hasOwn(BY_DRIVER, one));
  const id = BY_DRIVER[driver ?? ''];
  return id === undefined ? null : [id, `a NIC is driven by ${driver ?? ''}`];
}

function byHypervisor(machine: MachineFacts, kind: Virtualization): Found | null {
  const evidence = virtualizationOf(machine).evidence[0] ?? '';
  switch (kind) {
    case 'xen':
    case 'xen-pv':
    case 'xen-hvm':
      return ['xen', evidence];
    case 'kvm':
    case 'qemu':
      return ['kvm', evidence];
    case 'hyper-v':
    case 'vmware':
      return [kind, evidence];
    case 'none':
      return ['physical', evidence];
    case 'unknown':
      return null;
  }
}

function virtualizationOf(machine: MachineFacts): { kind: Virtualization; evidence: string[] } {
  const { hypervisorType, guestType, hypervisorVendor, virtualizationType, clocksource, dmi } = machine;
  const vendor = hypervisorVendor ?? '';
  if (hypervisorType === 'xen' || vendor === 'Xen') {
    const para = guestType === 'PV' || (guestType === null && virtualizationType === 'para');
    const full = guestType === 'HVM' || guestType === 'PVH' || virtualizationType === 'full';
    const kind = para ? 'xen-pv' : full ? 'xen-hvm' : 'xen';
    return {
      kind,
      evidence: [`the hypervisor is Xen${guestType === null ? '' : `, guest type ${guestType}`}`],
    };
  }
  const leaf = { KVM: 'kvm', VMware: 'vmware', Microsoft: 'hyper-v' }[vendor];
  if (leaf !== undefined)
    return { kind: leaf as Virtualization, evidence: [`CPUID’s hypervisor leaf says ${vendor}`] };
  const clock = { 'kvm-clock': 'kvm', hyperv_clocksource_tsc_page: 'hyper-v', xen: 'xen' }[clocksource ?? ''];
  if (clock !== undefined)
    return { kind: clock as Virtualization, evidence: [`the clock source is ${clocksource ?? ''}`] };
  if (dmi.get('sys_vendor') === 'QEMU') return { kind: 'qemu', evidence: ['DMI sys_vendor is "QEMU"'] };
  return machine.hypervisorFlag
    ? { kind: 'unknown', evidence: [] }
    : { kind: 'none', evidence: ['the processor does not show a hypervisor'] };
}
