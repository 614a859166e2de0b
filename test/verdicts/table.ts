import { PLANES } from '../../lib/nic/sighting.js';
import type { VerdictKind } from '../../lib/verdicts/index.js';
import { MAC, REQUEST, USER_NET, WAIT, without, type Scene } from './scene.js';

/** What a NIC is like, what it has to be called, and what the summary says. */
export const TABLE: readonly [string, VerdictKind, Scene, RegExp][] = [
  ['is in every plane', 'healthy', { seen: PLANES }, /the same in/],
  [
    'is a user network NIC in every plane that it can be in',
    'healthy',
    { seen: without('host'), facts: USER_NET },
    /the same in/,
  ],
  [
    'belongs to a transient domain, in every other plane',
    'healthy',
    { seen: without('config'), unread: { config: 'absent' }, more: { persistent: false } },
    /live/,
  ],
  [
    'is only in the running definition of a persistent domain',
    'live-only',
    { seen: without('config') },
    /gone after the next boot/,
  ],
  [
    'is only in the persistent definition',
    'config-only',
    { seen: ['config'] },
    /comes back at the next boot/,
  ],
  [
    'differs between the definitions',
    'definition-drift',
    { seen: PLANES, facts: { live: { hostNetdev: true, drift: 'model: running virtio, persistent e1000' } } },
    /model: running virtio, persistent e1000/,
  ],
  [
    'is not on the guest’s PCI bus',
    'guest-blind',
    { seen: without('guest-pci', 'guest-net') },
    /does not show it/,
  ],
  [
    'is not on the guest’s PCI bus, nor in the persistent definition',
    'guest-blind',
    { seen: ['live', 'host'] },
    /does not show it/,
  ],
  [
    'has lost its host interface',
    'host-missing',
    { seen: without('host') },
    /host interface vnet0 .* is gone/,
  ],
  [
    'has no driver in the guest',
    'driverless',
    { seen: without('guest-net'), facts: { 'guest-pci': { driver: null, hotplugSlot: true } } },
    /no driver/,
  ],
  [
    'cannot be let go by the guest’s kernel',
    'unregister-stuck',
    { seen: without('guest-net', 'live', 'host'), more: { unregisterWaits: [WAIT] } },
    /enp1s0: something holds a reference/,
  ],
  [
    'is still in the guest alone',
    'guest-ghost',
    { seen: ['guest-pci', 'guest-net'] },
    /the guest still lists/,
  ],
  [
    'is still in the guest and in the persistent definition',
    'guest-ghost',
    { seen: ['guest-pci', 'guest-net', 'config'] },
    /the guest still lists/,
  ],
  [
    'was given to QEMU behind libvirt’s back',
    'unmanaged',
    {
      seen: ['guest-pci', 'guest-net'],
      facts: { 'guest-pci': { driver: 'virtio-pci', hotplugSlot: false } },
      more: { commandLineMacs: [MAC] },
    },
    /qemu:commandline/,
  ],
  [
    'belongs to a domain that is shut off',
    'offline',
    {
      seen: ['config'],
      unread: { live: 'absent', host: 'absent', 'guest-pci': 'absent', 'guest-net': 'absent' },
      more: { active: false },
    },
    /shut off/,
  ],
  ['is in every plane, QEMU not asked', 'healthy', { seen: without('qemu') }, /the same in/],
  [
    'is meant to be in the running definition alone',
    'healthy',
    { seen: without('config'), more: { liveOnlyByIntent: [MAC] } },
    /the same in/,
  ],
  [
    'is in the running definition alone, as all may be',
    'healthy',
    { seen: without('config'), more: { liveOnlyByIntent: 'all' } },
    /the same in/,
  ],
  [
    'is in the running definition, and QEMU does not have it',
    'definition-orphan',
    { seen: ['live', 'config'], unread: { qemu: 'read' } },
    /QEMU has no such device/,
  ],
  [
    'has only its backend left in QEMU',
    'definition-orphan',
    { seen: ['live', 'config', 'qemu'], facts: { qemu: { part: 'backend', backend: 'hostnet0' } } },
    /QEMU has no such device/,
  ],
  ['is in QEMU alone', 'qemu-orphan', { seen: ['qemu'] }, /QEMU has the device net1/],
  [
    'is in QEMU and in its guest',
    'qemu-orphan',
    { seen: ['qemu', 'guest-pci', 'guest-net'] },
    /QEMU has the device net1 at PCI path/,
  ],
  [
    'is in QEMU and still in the persistent definition',
    'qemu-orphan',
    { seen: ['qemu', 'config'] },
    /does not name/,
  ],
  [
    'is a backend that QEMU has for nobody',
    'qemu-orphan',
    { seen: ['qemu'], facts: { qemu: { part: 'backend' } } },
    /the backend net1/,
  ],
  [
    'was given to QEMU by id behind libvirt’s back',
    'unmanaged',
    { seen: ['qemu', 'guest-pci', 'guest-net'], facts: { qemu: { commandLine: true } } },
    /qemu:commandline/,
  ],
  [
    'was asked to go and is in every plane',
    'detach-pending',
    { seen: PLANES, more: { removalRequests: [REQUEST] } },
    /asked to go and is still there/,
  ],
  [
    'was asked to go before its guest ever saw it',
    'detach-pending',
    { seen: ['live', 'host'], more: { removalRequests: [REQUEST] } },
    /still there/,
  ],
  [
    'has its slot’s button pressed',
    'detach-pending',
    { seen: PLANES, facts: { qemu: { attentionPressed: true, presenceChanged: false } } },
    /still there/,
  ],
  [
    'has its slot’s indicator blinking while the guest has it',
    'detach-pending',
    { seen: PLANES, facts: { qemu: { powerIndicator: 'blinking' } } },
    /still there/,
  ],
  [
    'has its slot’s button pressed by an attach',
    'healthy',
    { seen: PLANES, facts: { qemu: { attentionPressed: true, presenceChanged: true } } },
    /the same in/,
  ],
  [
    'was not asked to go: another NIC was',
    'healthy',
    { seen: PLANES, more: { removalRequests: [{ ...REQUEST, alias: 'net7', mac: null }] } },
    /the same in/,
  ],
];
