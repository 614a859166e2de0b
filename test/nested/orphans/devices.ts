/** The PF of igb in the outer machine. */
export const PF = '0000:04:00.0';

/** libvirt's source of a function: "0000:04:10.2". */
function source(address: string): string {
  const [domain = '', bus = '', rest = ''] = address.split(':');
  const [slot = '', fn = ''] = rest.split('.');
  return `domain='0x${domain}' bus='0x${bus}' slot='0x${slot}' function='0x${fn}'`;
}

/** A function given as it is. */
export function hostdev(address: string, managed: 'yes' | 'no'): string {
  return `<hostdev mode='subsystem' type='pci' managed='${managed}'><source><address ${source(address)}/></source></hostdev>`;
}

/** A VF given as an interface, with MAC and VLAN. */
export function vfNic(address: string, mac: string, vlan?: number): string {
  const tag = vlan === undefined ? '' : `<vlan><tag id='${vlan}'/></vlan>`;
  return `<interface type='hostdev' managed='yes'><mac address='${mac}'/><source><address type='pci' ${source(address)}/></source>${tag}</interface>`;
}
