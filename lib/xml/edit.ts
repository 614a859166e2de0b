import { usageError } from '../errors/hotnic-error.js';
import type { BandwidthSpec, FilterSpec, VlanSpec } from './spec-types.js';
import {
  attribute,
  childElements,
  element,
  find,
  withAttributes,
  withChild,
  withChildren,
  type XmlElement,
} from './tree.js';

export { sameDefinition, writtenAlike, type DefinitionDifference } from './compare.js';

/** A new place to connect a NIC to. */
export type SourceChange =
  | { readonly type: 'network'; readonly network: string; readonly portgroup?: string | undefined }
  | { readonly type: 'bridge'; readonly bridge: string }
  | { readonly type: 'direct'; readonly dev: string; readonly mode?: string | undefined };

/** What `update` changes; what is left out stays as it is, null takes it away. Units as in InterfaceSpec. */
export interface InterfaceChanges {
  readonly link?: 'up' | 'down' | undefined;
  readonly source?: SourceChange | undefined;
  readonly mtu?: number | null | undefined;
  readonly inbound?: BandwidthSpec | null | undefined;
  readonly outbound?: BandwidthSpec | null | undefined;
  readonly vlan?: VlanSpec | null | undefined;
  readonly filter?: FilterSpec | null | undefined;
  readonly coalesceRxFrames?: number | null | undefined;
  readonly isolated?: boolean | undefined;
  readonly bootOrder?: number | null | undefined;
  readonly trustGuestRxFilters?: boolean | undefined;
}

/**
 * The element for libvirt's update call, made from the definition's own: whatever it has beside the changes stays.
 * @throws HotnicError `source-unfit` when a change of source needs another kind of device than there is
 */
export function interfaceWith(original: XmlElement, changes: InterfaceChanges): XmlElement {
  const {
    link,
    source,
    mtu,
    vlan,
    filter,
    coalesceRxFrames: frames,
    isolated,
    bootOrder,
    trustGuestRxFilters,
  } = changes;
  const child = (of: XmlElement, name: string, made: XmlElement | null | undefined) =>
    made === undefined ? of : withChild(of, name, made);
  let changed = source ? withSource(asDefined(original), source) : asDefined(original);
  if (link !== undefined) changed = withChild(changed, 'link', element('link', { state: link }));
  changed = child(
    changed,
    'mtu',
    made(mtu, (size) => element('mtu', { size: String(size) })),
  );
  changed = withBandwidth(withBandwidth(changed, 'inbound', changes.inbound), 'outbound', changes.outbound);
  changed = child(changed, 'vlan', made(vlan, vlanElement));
  changed = child(changed, 'filterref', made(filter, filterElement));
  changed = child(changed, 'coalesce', made(frames, coalesceElement));
  changed = child(
    changed,
    'boot',
    made(bootOrder, (order) => element('boot', { order: String(order) })),
  );
  if (isolated !== undefined)
    changed = withChild(changed, 'port', element('port', { isolated: yesNo(isolated) }));
  if (trustGuestRxFilters === undefined) return changed;
  return withAttributes(changed, { trustGuestRxFilters: yesNo(trustGuestRxFilters) });
}

/**
 * The element without what libvirt gave it (PCI address, its own alias, a generated target name), for use in another
 * definition. An alias of the user's ("ua-…") stays: it belongs to both.
 */
export function withoutAddressAndAlias(original: XmlElement): XmlElement {
  const isGenerated = (node: XmlElement) =>
    node.name === 'address' ||
    (node.name === 'alias' && !attribute(node, 'name')?.startsWith('ua-')) ||
    (node.name === 'target' && isGeneratedTarget(attribute(node, 'dev')));
  return withChildren(
    original,
    original.children.filter((node) => node.kind !== 'element' || !isGenerated(node)),
  );
}

/** True for a name that libvirt makes up for a device of the host ("vnet3"). */
export function isGeneratedTarget(name: string | null): boolean {
  return name !== null && /^(vnet|macvtap|macvlan|vif)\d/.test(name);
}

/**
 * A running definition shows where a port of a libvirt network really ended (type bridge or direct, with the
 * network's name beside it). Given back like that libvirt would take it off the network.
 */
function asDefined(original: XmlElement): XmlElement {
  const source = find(original, 'source');
  const network = attribute(source, 'network');
  if (!source || network === null || attribute(original, 'type') === 'network') return original;
  const portgroup = attribute(source, 'portgroup') ?? undefined;
  return withChild(
    withAttributes(original, { type: 'network' }),
    'source',
    element('source', { network, portgroup }),
  );
}

const TAPS = new Set(['network', 'bridge', 'direct', 'ethernet']);

function withSource(original: XmlElement, change: SourceChange): XmlElement {
  const type = attribute(original, 'type') ?? '';
  if (!TAPS.has(type))
    throw usageError(
      'source-unfit',
      `an interface of type ${type} cannot be moved to another source while it exists`,
      'detach it and attach a new one',
    );
  const { type: next, ...attributes } = change;
  return withChild(withAttributes(original, { type: next }), 'source', element('source', attributes));
}

function withBandwidth(
  original: XmlElement,
  way: 'inbound' | 'outbound',
  change: BandwidthSpec | null | undefined,
): XmlElement {
  if (change === undefined) return original;
  const { average, peak, burst, floor } = change ?? {};
  const limits = { average: text(average), peak: text(peak), burst: text(burst), floor: text(floor) };
  const before = find(original, 'bandwidth') ?? element('bandwidth');
  const after = withChild(before, way, change === null ? null : element(way, limits));
  return withChild(original, 'bandwidth', childElements(after).length === 0 ? null : after);
}

function vlanElement({ trunk, tags }: VlanSpec): XmlElement {
  const all = tags.map(({ id, nativeMode }) => element('tag', { id: String(id), nativeMode }));
  return element('vlan', { trunk: trunk === true ? 'yes' : undefined }, all);
}

function filterElement({ name, parameters = [] }: FilterSpec): XmlElement {
  return element(
    'filterref',
    { filter: name },
    parameters.map((one) => element('parameter', { ...one })),
  );
}

function coalesceElement(frames: number): XmlElement {
  return element('coalesce', {}, [element('rx', {}, [element('frames', { max: String(frames) })])]);
}

function made<T>(value: T | null | undefined, make: (value: T) => XmlElement): XmlElement | null | undefined {
  if (value === undefined) return undefined;
  return value === null ? null : make(value);
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
