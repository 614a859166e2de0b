import { isMulticastMac, parseMac, type MacAddress } from '../../nic/mac-address.js';
import { parsePciAddress } from '../../nic/pci-address.js';
import type { InterfaceInput, InterfaceSpec } from '../spec-types.js';
import { DEVICE_NAME, DEVICE_NAME_SHAPE, USER_ALIAS, USER_ALIAS_SHAPE } from './names.js';
import { shown, type Say } from './report.js';
import { matching, onOff, whole } from './values.js';

type Identity = Pick<
  InterfaceSpec,
  | 'mac'
  | 'model'
  | 'target'
  | 'targetManaged'
  | 'alias'
  | 'bootOrder'
  | 'pci'
  | 'romBar'
  | 'acpiIndex'
  | 'trustGuestRxFilters'
>;

/** What the NIC is called and where it sits, on the host and in the guest. */
export function checkIdentity(input: InterfaceInput, say: Say): Identity {
  return {
    mac: checkMac(input.mac, say),
    model: matching(
      input.model,
      /^[A-Za-z0-9_-]{1,64}$/,
      { code: 'model-invalid', what: 'the model', shape: 'virtio, e1000e, …' },
      say,
    ),
    target: checkTarget(input, say),
    targetManaged: onOff(
      input.targetManaged,
      { code: 'target-invalid', what: 'whether libvirt makes the target' },
      say,
    ),
    alias: matching(
      input.alias,
      USER_ALIAS,
      { code: 'alias-invalid', what: 'the alias', shape: USER_ALIAS_SHAPE },
      say,
    ),
    bootOrder: whole(
      input.bootOrder,
      { code: 'boot-invalid', what: 'the boot order', min: 1, max: 0x7fff_ffff },
      say,
    ),
    pci: checkPci(input.pci, say),
    romBar: onOff(input.romBar, { code: 'address-invalid', what: 'the ROM bar' }, say),
    // QEMU's limit: 16 × 1024 − 1 (hw/acpi/pcihp.c).
    acpiIndex: whole(
      input.acpiIndex,
      { code: 'address-invalid', what: 'the ACPI index', min: 1, max: 16_383 },
      say,
    ),
    trustGuestRxFilters: onOff(
      input.trustGuestRxFilters,
      { code: 'port-invalid', what: 'the trust in the guest’s receive filters' },
      say,
    ),
  };
}

function checkMac(text: string | undefined, say: Say): MacAddress | undefined {
  if (text === undefined) return undefined;
  const mac = parseMac(text);
  if (mac !== null) return mac;
  const normal = text.trim().toLowerCase().replaceAll('-', ':');
  if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(normal) && isMulticastMac(normal)) {
    const unicast = (Number.parseInt(normal.slice(0, 2), 16) & 0xfe).toString(16).padStart(2, '0');
    const next = `make its first byte even, such as ${unicast}${normal.slice(2)}, or leave the MAC out`;
    say('mac-invalid', `${shown(text)} is a multicast MAC address, which no NIC can have`, next);
    return undefined;
  }
  say(
    'mac-invalid',
    `${shown(text)} is not a MAC address of a NIC`,
    'write it as 52:54:00:12:34:56, or leave it out',
  );
  return undefined;
}

// libvirt drops these from a definition without a word and makes its own name (src/util/virnetdev.h,
// VIR_NET_GENERATED_*_PREFIX).
const GENERATED = /^(vnet|vif|macvtap|macvlan|vdpa)/;

function checkTarget(input: InterfaceInput, say: Say): string | undefined {
  const { target } = input;
  if (target === undefined && input.targetManaged !== undefined) {
    say('target-invalid', 'whether libvirt makes the target is said, but not which', 'name the target');
    return undefined;
  }
  if (target === undefined || !GENERATED.test(target))
    return matching(
      target,
      DEVICE_NAME,
      { code: 'target-invalid', what: 'the target', shape: DEVICE_NAME_SHAPE },
      say,
    );
  const prefix = GENERATED.exec(target)?.[0] ?? '';
  say(
    'target-invalid',
    `the target cannot be ${shown(target)}: libvirt drops names that begin with ${prefix} and chooses its own`,
    'give the target another name, such as web-net1, or leave it out',
  );
  return undefined;
}

function checkPci(text: string | undefined, say: Say): InterfaceSpec['pci'] {
  if (text === undefined) return undefined;
  const next = 'write it as 0000:02:00.0, or leave it out and libvirt chooses a free slot';
  const address = parsePciAddress(text) ?? undefined;
  if (address === undefined) say('address-invalid', `${shown(text)} is not a PCI address`, next);
  return address;
}
