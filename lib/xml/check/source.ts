import { parsePciAddress } from '../../nic/pci-address.js';
import type { InterfaceInput, InterfaceSpec, InterfaceType } from '../spec-types.js';
import { DEVICE_NAME, DEVICE_NAME_SHAPE, OBJECT_NAME, OBJECT_NAME_SHAPE } from './names.js';
import { shown, type Say } from './report.js';
import { absolutePath, matching, onOff, oneOf, whole } from './values.js';

const PARTS = [
  'network',
  'portgroup',
  'bridge',
  'dev',
  'mode',
  'socket',
  'socketMode',
  'reconnect',
  'hostdev',
  'vf',
  'managed',
] as const;
type Part = (typeof PARTS)[number];

const NEEDS: Readonly<Record<InterfaceType, readonly Part[]>> = {
  network: ['network'],
  bridge: ['bridge'],
  direct: ['dev'],
  ethernet: [],
  user: [],
  vhostuser: ['socket'],
  vdpa: ['dev'],
  hostdev: ['hostdev'],
};
const TAKES: Readonly<Partial<Record<InterfaceType, readonly Part[]>>> = {
  network: ['portgroup'],
  direct: ['mode'],
  vhostuser: ['socketMode', 'reconnect'],
  hostdev: ['vf', 'managed'],
};

/** The parts of the source that belong to the type; the others are refused, they would say two things at once. */
export function checkSource(input: InterfaceInput, type: InterfaceType, say: Say): Pick<InterfaceSpec, Part> {
  const fitting = new Set([...NEEDS[type], ...(TAKES[type] ?? [])]);
  for (const part of PARTS) {
    if (part === 'hostdev' && input.vf !== undefined) continue;
    if (input[part] === undefined && NEEDS[type].includes(part))
      say('source-missing', `an interface of type ${type} needs its ${part}`, `name the ${part}`);
    if (input[part] !== undefined && !fitting.has(part))
      say(
        'source-unfit',
        `an interface of type ${type} has no ${part}`,
        `leave the ${part} out, or choose another type`,
      );
  }
  const code = 'source-invalid';
  const name = { code, shape: OBJECT_NAME_SHAPE };
  return {
    network: matching(input.network, OBJECT_NAME, { ...name, what: 'the network' }, say),
    portgroup: matching(
      input.portgroup,
      /^[A-Za-z0-9_.\-\\:]{1,255}$/,
      { ...name, what: 'the port group' },
      say,
    ),
    bridge: matching(input.bridge, DEVICE_NAME, { code, what: 'the bridge', shape: DEVICE_NAME_SHAPE }, say),
    dev: checkDev(input.dev, type, say),
    mode: oneOf(input.mode, ['vepa', 'bridge', 'private', 'passthrough'], { code, what: 'the mode' }, say),
    socket: absolutePath(input.socket, { code, what: 'the socket' }, say),
    // The schema wants a mode; QEMU connecting to a switch that made the socket is the usual way round.
    socketMode:
      oneOf(input.socketMode, ['client', 'server'], { code, what: 'the socket mode' }, say) ??
      (type === 'vhostuser' ? 'client' : undefined),
    reconnect: whole(
      input.reconnect,
      { code, what: 'the reconnect delay', min: 1, max: 86_400, unit: 'seconds' },
      say,
    ),
    hostdev: checkHostdev(input.hostdev, say),
    vf: checkVf(input.vf, input.hostdev, say),
    managed: onOff(input.managed, { code, what: 'managed' }, say),
  };
}

function checkDev(dev: string | undefined, type: InterfaceType, say: Say): string | undefined {
  const code = 'source-invalid';
  if (type !== 'vdpa')
    return matching(dev, DEVICE_NAME, { code, what: 'the host device', shape: DEVICE_NAME_SHAPE }, say);
  const shape = 'a character device such as /dev/vhost-vdpa-0';
  return matching(dev, /^\/[A-Za-z0-9_.\-/:]{1,255}$/, { code, what: 'the vDPA device', shape }, say);
}

function checkHostdev(text: string | undefined, say: Say): InterfaceSpec['hostdev'] {
  if (text === undefined) return undefined;
  const address = parsePciAddress(text) ?? undefined;
  if (address !== undefined) return address;
  const form = 'write it as 0000:01:10.0, as lspci -D shows it';
  const netdev = /^[a-z][\w.-]{0,14}$/i.test(text);
  say(
    'source-invalid',
    `${shown(text)} is not the address of a PCI function${netdev ? ', it looks like the name of a network device' : ''}`,
    netdev
      ? `readlink /sys/class/net/${text}/device names its function, as lspci -D does; --vf ${text} takes a VF of it`
      : form,
  );
  return undefined;
}

function checkVf(vf: InterfaceInput['vf'], hostdev: string | undefined, say: Say): InterfaceSpec['vf'] {
  if (vf === undefined) return undefined;
  const code = 'source-invalid';
  if (hostdev !== undefined)
    say('source-unfit', 'a VF is named by its PF or by its function, not by both', 'leave one out');
  const pf = matching(
    vf.pf,
    /^[\w.:@-]{1,32}$/,
    { code, what: 'the PF', shape: 'the name of a network device, or a PCI address' },
    say,
  );
  const index = whole(vf.index, { code, what: 'the number of the VF', min: 0, max: 65_535 }, say);
  return pf === undefined ? undefined : { pf, ...(index === undefined ? {} : { index }) };
}
