/** MAC addresses of the test's NICs. */
export const MAC_A = '52:54:00:00:00:0a';
export const MAC_B = '52:54:00:00:00:0b';

/** A NIC of user networking behind the port of that number: it needs nothing of the host. */
export function userNic(mac: string, bus?: number, extra = ''): string {
  const address =
    bus === undefined
      ? ''
      : `<address type='pci' domain='0x0000' bus='0x0${bus}' slot='0x00' function='0x0'/>`;
  return `<interface type='user'><mac address='${mac}'/><model type='virtio'/>${extra}${address}</interface>`;
}

/** A NIC on a libvirt network, with a tap. */
export function networkNic(mac: string, bus: number, network = 'default'): string {
  return `<interface type='network'><mac address='${mac}'/><source network='${network}'/><model type='virtio'/>
    <address type='pci' domain='0x0000' bus='0x0${bus}' slot='0x00' function='0x0'/></interface>`;
}

interface Shape {
  readonly name?: string;
  readonly machine?: string;
  readonly arch?: string;
  /** Numbers of root ports: port N is the function 00:(N+1).0 and its bus is N. */
  readonly ports?: readonly number[];
  readonly nics?: readonly string[];
  /** Arguments handed to QEMU. */
  readonly args?: readonly string[];
}

/** A q35 domain, with ACPI slots unless its arguments or machine type say otherwise. */
export function domainXml(shape: Shape = {}): string {
  const { name = 'web1', machine = 'pc-q35-7.2', arch = 'x86_64', nics = [userNic(MAC_A, 1)] } = shape;
  const ports = (shape.ports ?? [1, 2, 3, 4]).map(
    (port) => `<controller type='pci' index='${port}' model='pcie-root-port'>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x0${port + 1}' function='0x0'/></controller>`,
  );
  const args = (shape.args ?? []).map((arg) => `<qemu:arg value='${arg}'/>`);
  return `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>${name}</name>
  <os><type arch='${arch}' machine='${machine}'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    ${[...ports, ...nics].join('\n    ')}
  </devices>
  <qemu:commandline>${args.join('')}</qemu:commandline>
</domain>`;
}

/** Arguments that make a q35 machine use native PCIe hot-plug. */
export const NATIVE = ['-global', 'ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off'];
