import type { InterfaceInput, VlanSpec } from '../spec-types.js';
import { shown, type Say } from './report.js';
import { onOff, oneOf, whole } from './values.js';

/** VLAN tags. libvirt's schema takes 4095 too; IEEE 802.1Q reserves it. */
export function checkVlan(input: InterfaceInput['vlan'], say: Say): VlanSpec | undefined {
  if (!input) return undefined;
  const code = 'vlan-invalid';
  const tags = input.tags.map((tag, index) => ({
    id: whole(tag.id, { code, what: 'a VLAN', min: 0, max: 4094, example: 42 }, say) ?? -1 - index,
    nativeMode: oneOf(
      tag.nativeMode,
      ['tagged', 'untagged'],
      { code, what: 'the native mode of a VLAN' },
      say,
    ),
  }));
  const trunk = onOff(input.trunk, { code, what: 'the VLAN trunk' }, say);
  if (tags.length === 0) {
    say(code, 'a VLAN setting without a VLAN', 'give at least one VLAN from 0 to 4094');
    return undefined;
  }
  if (trunk === false && tags.length > 1) {
    say(code, `${tags.length} VLANs are a trunk`, 'leave one VLAN, or do not turn the trunk off');
    return undefined;
  }
  const twice = tags.find((tag, index) => tags.findIndex((other) => other.id === tag.id) !== index);
  if (twice) {
    say(code, `the VLAN ${shown(twice.id)} is named twice`, 'name every VLAN once');
    return undefined;
  }
  const native = tags.filter((tag) => tag.nativeMode !== undefined);
  if (native.length > 1) {
    say(code, `${native.length} VLANs are native`, 'make one VLAN native');
    return undefined;
  }
  const asTrunk = trunk === true || tags.length > 1 || native.length > 0;
  return {
    ...(asTrunk ? { trunk: true } : {}),
    tags: tags.map(({ id, nativeMode }) => (nativeMode === undefined ? { id } : { id, nativeMode })),
  };
}
