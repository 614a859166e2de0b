/**
 * The libvirt network of a lab: its own bridge with DHCP. Forwarding is "open", which writes no firewall rules; there
 * is nowhere to forward to in the lab's namespace.
 */
export const LAB_NETWORK = `<network>
  <name>default</name>
  <forward mode='open'/>
  <bridge name='virbr0' stp='off' delay='0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
  </ip>
</network>
`;
