import type { BandwidthSpec, FilterSpec, InterfaceInput, InterfaceSpec } from '../spec-types.js';
import { defined, shown, type Say } from './report.js';
import { matching, onOff, oneOf, whole } from './values.js';
import { checkVlan } from './vlan.js';

type Traffic = Pick<
  InterfaceSpec,
  'mtu' | 'link' | 'vlan' | 'inbound' | 'outbound' | 'coalesceRxFrames' | 'filter' | 'isolated'
>;

/** What the NIC lets through, and how fast. */
export function checkTraffic(input: InterfaceInput, say: Say): Traffic {
  return {
    // 68 is IPv4's least (RFC 791, the kernel's ETH_MIN_MTU); libvirt keeps the size in 16 bits.
    mtu: whole(input.mtu, { code: 'mtu-invalid', what: 'the MTU', min: 68, max: 65_535, example: 1500 }, say),
    link: oneOf(input.link, ['up', 'down'], { code: 'link-invalid', what: 'the link state' }, say),
    vlan: checkVlan(input.vlan, say),
    inbound: checkBandwidth(input, 'inbound', say),
    outbound: checkBandwidth(input, 'outbound', say),
    coalesceRxFrames: whole(
      input.coalesceRxFrames,
      { code: 'coalesce-invalid', what: 'the number of frames to coalesce', min: 0, max: 0xffff_ffff },
      say,
    ),
    filter: checkFilter(input.filter, say),
    isolated: onOff(input.isolated, { code: 'port-invalid', what: 'the isolation of the port' }, say),
  };
}

const UNSHAPED = new Set(['user', 'vdpa', 'hostdev']);

function checkBandwidth(
  input: InterfaceInput,
  way: 'inbound' | 'outbound',
  say: Say,
): BandwidthSpec | undefined {
  const given = input[way] && defined(input[way]);
  if (!given) return undefined;
  const code = 'bandwidth-invalid';
  const rate = (name: keyof BandwidthSpec, unit: string) =>
    whole(
      given[name],
      { code, what: `the ${way} ${name}`, min: 1, max: 0xffff_ffff, unit, example: 1024 },
      say,
    );
  if (UNSHAPED.has(input.type))
    say(
      code,
      `libvirt does not shape interfaces of type ${shown(input.type)}`,
      `leave the ${way} bandwidth out`,
    );
  if (given.average === undefined && (way === 'outbound' || given.floor === undefined))
    say(code, `the ${way} bandwidth needs an average`, 'give the average in KiB/s');
  if (given.floor !== undefined && (way === 'outbound' || input.type !== 'network'))
    say(code, 'a guaranteed floor exists only inbound on a libvirt network', 'leave the floor out');
  return defined({
    average: rate('average', 'KiB/s'),
    peak: rate('peak', 'KiB/s'),
    burst: rate('burst', 'KiB'),
    floor: rate('floor', 'KiB/s'),
  });
}

function checkFilter(input: InterfaceInput['filter'], say: Say): FilterSpec | undefined {
  if (!input) return undefined;
  const code = 'filter-invalid';
  const shape = 'a name such as clean-traffic (virsh nwfilter-list)';
  const name = matching(
    input.name,
    /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/,
    { code, what: 'the filter', shape },
    say,
  );
  const parameters = input.parameters?.map((one) => ({
    name:
      matching(
        one.name,
        /^[A-Za-z0-9_]{1,255}$/,
        { code, what: 'a filter parameter', shape: 'a name such as IP' },
        say,
      ) ?? '',
    value:
      matching(
        one.value,
        /^[A-Za-z0-9_.:]{1,255}$/,
        { code, what: `the filter parameter ${shown(one.name)}`, shape: 'letters, digits, "_", "." or ":"' },
        say,
      ) ?? '',
  }));
  return name === undefined ? undefined : defined({ name, parameters });
}
