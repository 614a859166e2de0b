import type { Symptom } from './symptom.js';

/** What shows on the hypervisor, beside libvirt's definitions. */
export const HOST_SIDE: readonly Symptom[] = [
  {
    id: 'ovs-port-without-device',
    text: /could not open network device \S{1,64} \(No such device\)/i,
    description: 'ghost ovs port could not open network device no such device, veth left',
    verdicts: [{ kind: 'host-orphan', says: /ovs|Open vSwitch/i }],
    means: 'failure',
    cause:
      'the device went without its port: the teardown was cut short by a crash or done in the wrong order',
    fix: 'ovs-vsctl del-port NAME for ports whose device the kernel lacks: hotnic ghosts clean --kind host-orphan',
    source: 'eryph #97; kube-ovn #2085; KubeVirt #14074',
  },
  {
    id: 'tap-gone',
    text: null,
    description: 'host tap was deleted, guest keeps its carrier and has no traffic',
    verdicts: [{ kind: 'host-missing' }],
    means: 'failure',
    cause:
      'the host’s end of the NIC was deleted under QEMU; libvirt notices nothing and the guest keeps its carrier',
    fix: 'detach and attach the NIC again with the same MAC: hotnic ghosts clean --kind host-missing',
    source: 'measured on libvirt 9.0',
  },
  {
    id: 'stale-lease',
    text: /no lease with matching MAC|DHCPNAK[^\n]{0,200}wrong network/i,
    description: 'waiting for ssh or ip never ends, wrong ip address, stale lease',
    verdicts: [{ kind: 'lease-conflict' }],
    means: 'failure',
    cause: 'a lease or a neighbour entry of an earlier NIC contradicts this one',
    fix: 'compare virsh net-dhcp-leases NETWORK --mac MAC with the guest’s own addresses; drop the stale lease, renew in the guest, announce the address',
    source: 'vagrant-libvirt #674, #668, #451; VMware vic #2932',
  },
  {
    id: 'xen-backend-left',
    text: /unable to remove device with path \S{0,200}backend\/vif/i,
    description: 'xen detach fails, libvirt still lists the vif and reattach is refused',
    verdicts: [{ kind: 'xenstore-residue' }],
    means: 'failure',
    cause: 'the backend’s domain went first and left its nodes in xenstore',
    fix: 'compare xenstore-ls with the definition; remove the nodes only where the backend’s state is 6 (closed) or its domain is gone',
    source: 'Qubes OS #1426, #3263; OpenXT PR 553; mirage-net-xen PR 105',
  },
];
