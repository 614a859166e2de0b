/** A user-network NIC with a MAC that ends in `last`. */
export function nic(last: number, extra = ''): string {
  return `<interface type='user'><mac address='${mac(last)}'/><model type='virtio'/>${extra}</interface>`;
}

/** The MAC address of nic(last). */
export function mac(last: number): string {
  return `52:54:00:00:00:${last.toString(16).padStart(2, '0')}`;
}

/** A q35 domain without disk or operating system: QEMU runs it, and nobody in it answers an unplug request. */
export function q35(name: string, options: { nics?: readonly string[]; ports?: number } = {}): string {
  const ports = Array.from(
    { length: options.ports ?? 4 },
    (_, index) => `<controller type='pci' index='${index + 1}' model='pcie-root-port'/>`,
  );
  return `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>64</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='usb' model='none'/>
    ${[...ports, ...(options.nics ?? [nic(1)])].join('\n    ')}
    <memballoon model='none'/>
  </devices>
</domain>`;
}
