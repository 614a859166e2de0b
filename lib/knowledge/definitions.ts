import type { Symptom } from './symptom.js';

/** The two definitions and what tells NICs apart. */
export const DEFINITIONS: readonly Symptom[] = [
  {
    id: 'ambiguous-mac',
    text: /multiple devices matching/i,
    description: 'multiple devices matching MAC address found',
    verdicts: [],
    means: 'failure',
    cause: 'several NICs of the domain share this MAC, which is legal',
    fix: 'name the NIC by its alias or PCI address: hotnic list shows both',
    source: 'libvirt src/conf/domain_conf.c; measured on libvirt 9.0',
  },
  {
    id: 'address-mismatch',
    text: /no device found at address '[^'\n]{0,100}' matching MAC/i,
    description: 'no device found at address 0.0.0000 matching MAC',
    verdicts: [],
    means: 'failure',
    cause:
      'the XML that was handed in has an address or alias which this definition does not have: live and config number their devices by themselves',
    fix: 'make the XML for each definition from that definition’s own, as hotnic detach does; name the NIC by its alias',
    source: 'KubeVirt #13721',
  },
  {
    id: 'mac-changes',
    text: null,
    description: 'the mac address changes after a reboot',
    verdicts: [{ kind: 'definition-drift', says: /\bmac\b/i }],
    means: 'failure',
    cause: 'attached to both definitions without a MAC: libvirt made up one for each',
    fix: 'give the MAC; hotnic always makes one up before it attaches',
    source: 'avocado tp-libvirt PR 2882; cockpit #409',
  },
  {
    id: 'half-a-change',
    text: /after the next guest shutdown/i,
    description: 'detached live but back after reboot, or detached from config but still live',
    verdicts: [{ kind: 'live-only' }, { kind: 'config-only' }],
    means: 'failure',
    cause:
      'only one of the two definitions was changed; virsh detach-interface changes them one after the other and may stop between',
    fix: 'make the definitions agree: hotnic ghosts clean --kind live-only --kind config-only',
    source: 'libvirt tools/virsh-domain.c; Launchpad 1707238; measured on libvirt 9.0',
  },
];
