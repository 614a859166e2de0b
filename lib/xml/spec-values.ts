import { pciParts } from './device-address.js';
import { GUEST_OFFLOADS, HOST_OFFLOADS, type InterfaceSpec } from './spec-types.js';
import type { PciAddress } from '../nic/pci-address.js';

type Value = string | number | undefined;

/** What a template's placeholders stand for: single values, and lists whose element is repeated for every item. */
export interface TemplateValues {
  readonly single: ReadonlyMap<string, string | undefined>;
  readonly lists: readonly ListValues[];
}

export interface ListValues {
  /** The placeholders of one item. */
  readonly names: readonly string[];
  readonly items: readonly ReadonlyMap<string, string | undefined>[];
}

/** The values of a spec under the names that templates use; every name is there, unset ones as undefined. */
export function templateValues(spec: InterfaceSpec): TemplateValues {
  const vlan = (spec.vlan?.tags ?? []).map((tag) =>
    texts({ 'vlan-id': tag.id, 'vlan-native-mode': tag.nativeMode }),
  );
  const parameters = (spec.filter?.parameters ?? []).map((one) =>
    texts({ 'filter-parameter': one.name, 'filter-value': one.value }),
  );
  return {
    single: texts({
      ...source(spec),
      ...identity(spec),
      ...driver(spec),
      ...traffic(spec),
      ...attachment(spec),
    }),
    lists: [
      { names: ['vlan-id', 'vlan-native-mode'], items: vlan },
      { names: ['filter-parameter', 'filter-value'], items: parameters },
    ],
  };
}

/** Every placeholder that a template may use, sorted. */
export function placeholderNames(): readonly string[] {
  const { single, lists } = templateValues({ type: 'user' });
  return [...single.keys(), ...lists.flatMap(({ names }) => names)].sort();
}

function source(spec: InterfaceSpec): Record<string, Value> {
  return {
    network: spec.network,
    portgroup: spec.portgroup,
    bridge: spec.bridge,
    dev: spec.dev,
    mode: spec.mode,
    socket: spec.socket,
    'socket-mode': spec.socketMode,
    reconnect: spec.reconnect,
    managed: yesNo(spec.managed),
    ...pci('hostdev', spec.hostdev),
  };
}

function identity(spec: InterfaceSpec): Record<string, Value> {
  return {
    mac: spec.mac,
    model: spec.model,
    target: spec.target,
    'target-managed': yesNo(spec.targetManaged),
    alias: spec.alias,
    'boot-order': spec.bootOrder,
    'rom-bar': onOff(spec.romBar),
    'acpi-index': spec.acpiIndex,
    ...pci('pci', spec.pci),
  };
}

function driver({ driver: given }: InterfaceSpec): Record<string, Value> {
  const switches = [
    ...HOST_OFFLOADS.map((name): [string, Value] => [`host-${name}`, onOff(given?.host?.[name])]),
    ...GUEST_OFFLOADS.map((name): [string, Value] => [`guest-${name}`, onOff(given?.guest?.[name])]),
  ];
  return {
    driver: given?.name,
    queues: given?.queues,
    'rx-queue-size': given?.rxQueueSize,
    'tx-queue-size': given?.txQueueSize,
    ...Object.fromEntries(switches),
  };
}

function traffic(spec: InterfaceSpec): Record<string, Value> {
  return {
    mtu: spec.mtu,
    link: spec.link,
    'vlan-trunk': spec.vlan?.trunk === true ? 'yes' : undefined,
    'inbound-average': spec.inbound?.average,
    'inbound-peak': spec.inbound?.peak,
    'inbound-burst': spec.inbound?.burst,
    'inbound-floor': spec.inbound?.floor,
    'outbound-average': spec.outbound?.average,
    'outbound-peak': spec.outbound?.peak,
    'outbound-burst': spec.outbound?.burst,
    'coalesce-rx-frames': spec.coalesceRxFrames,
    filter: spec.filter?.name,
    isolated: yesNo(spec.isolated),
  };
}

function attachment(spec: InterfaceSpec): Record<string, Value> {
  return {
    'virtualport-type': spec.virtualport?.type,
    interfaceid: spec.virtualport?.interfaceid,
    profileid: spec.virtualport?.profileid,
    managerid: spec.virtualport?.managerid,
    typeid: spec.virtualport?.typeid,
    typeidversion: spec.virtualport?.typeidversion,
    instanceid: spec.virtualport?.instanceid,
    teaming: spec.teaming?.type,
    'teaming-partner': spec.teaming?.type === 'transient' ? spec.teaming.persistent : undefined,
    'trust-guest-rx-filters': yesNo(spec.trustGuestRxFilters),
    'backend-type': spec.backend?.type,
    'backend-tap': spec.backend?.tap,
    'backend-vhost': spec.backend?.vhost,
    'backend-log-file': spec.backend?.logFile,
  };
}

/** Four placeholders, hexadecimal as libvirt writes them. */
function pci(prefix: string, address: PciAddress | undefined): Record<string, Value> {
  const parts = address && pciParts(address);
  const hex = (value: number | undefined, width: number) =>
    value === undefined ? undefined : `0x${value.toString(16).padStart(width, '0')}`;
  return {
    [`${prefix}-domain`]: hex(parts?.domain, 4),
    [`${prefix}-bus`]: hex(parts?.bus, 2),
    [`${prefix}-slot`]: hex(parts?.slot, 2),
    [`${prefix}-function`]: hex(parts?.function, 1),
  };
}

function texts(values: Readonly<Record<string, Value>>): ReadonlyMap<string, string | undefined> {
  return new Map(
    Object.entries(values).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}

function yesNo(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'yes' : 'no';
}

function onOff(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'on' : 'off';
}
