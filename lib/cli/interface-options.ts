import { GUEST_OFFLOADS, HOST_OFFLOADS, type InterfaceInput } from '../xml/interface-spec.js';
import { usageError } from '../errors/hotnic-error.js';
import { readVfWish } from '../operations/passthrough/wish.js';
import type { OptionSpec, ParsedArgs } from './command.js';

/** What the NIC is connected to: exactly one of these. */
const SOURCES = [
  'network',
  'bridge',
  'direct',
  'ethernet',
  'user',
  'vhostuser',
  'vdpa',
  'vf',
  'hostdev',
] as const;

const text = (placeholder: string, describe: string): OptionSpec => ({
  type: 'string',
  placeholder,
  describe,
});

/** How `attach` is told what NIC to make. */
export const INTERFACE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  network: text('NAME', 'connect it to a libvirt network'),
  portgroup: text('NAME', 'with --network: a port group of it'),
  bridge: text('NAME', 'connect it to a bridge of the host'),
  direct: text('DEVICE', 'connect it to a device of the host through macvtap'),
  mode: {
    ...text('MODE', 'with --direct: how the macvtap reaches its neighbours'),
    choices: ['vepa', 'bridge', 'private', 'passthrough'],
  },
  ethernet: { type: 'boolean', describe: 'a tap of its own, connected to nothing' },
  user: { type: 'boolean', describe: 'user networking inside QEMU' },
  vhostuser: text('SOCKET', 'connect it to a vhost-user socket'),
  'socket-mode': {
    ...text('MODE', 'with --vhostuser: which side makes the socket'),
    choices: ['client', 'server'],
  },
  vdpa: text('DEVICE', 'connect it to a vDPA device, /dev/vhost-vdpa-0'),
  vf: text('PF[:N]', 'give it a VF of this PF: number N, else one that is free'),
  hostdev: text('PCI', 'give it this function of the host'),
  type: text(
    'TYPE',
    'the type by its name in libvirt, instead of the options above: for templates that name the source themselves',
  ),
  template: text('FILE', 'make the XML from a template of your own (xml-templates/README.md)'),
  mac: text('MAC', 'its MAC address (default: a new one under 52:54:00)'),
  model: text('MODEL', 'device model (default: virtio)'),
  target: text('NAME', 'the host’s name for its tap'),
  alias: text('ua-NAME', 'alias of your own, begins with ua-'),
  mtu: text('BYTES', 'MTU'),
  link: { ...text('STATE', 'link state'), choices: ['up', 'down'] },
  queues: text('COUNT', 'queue pairs'),
  'rx-queue-size': text('COUNT', 'receive ring size'),
  'tx-queue-size': text('COUNT', 'transmit ring size'),
  driver: { ...text('NAME', 'who moves the packets'), choices: ['vhost', 'qemu'] },
  'host-offload': {
    ...text('NAME=on|off', `switch an offload of the host’s side: ${HOST_OFFLOADS.join(', ')}`),
    multiple: true,
  },
  'guest-offload': {
    ...text('NAME=on|off', `switch an offload of the guest’s side: ${GUEST_OFFLOADS.join(', ')}`),
    multiple: true,
  },
  vlan: { ...text('ID', 'VLAN tag; several make a trunk'), multiple: true },
  inbound: text('AVERAGE[,PEAK[,BURST[,FLOOR]]]', 'limit what the guest receives, in KiB/s'),
  outbound: text('AVERAGE[,PEAK[,BURST]]', 'limit what the guest sends, in KiB/s'),
  coalesce: text('FRAMES', 'packets after which the host’s tap interrupts'),
  'boot-order': text('NUMBER', 'place in the boot order'),
  filter: text('NAME', 'nwfilter'),
  isolated: { type: 'boolean', describe: 'a bridge port that does not reach other isolated ones' },
  virtualport: text('TYPE', 'openvswitch, 802.1Qbh, 802.1Qbg or midonet'),
  teaming: text('persistent|transient:ALIAS', 'half of a failover pair'),
  address: text('PCI', 'PCI address by libvirt’s bus numbers (default: a free slot)'),
};

/** What was typed, as `checkInterfaceSpec` takes it. Throws HotnicError `source-missing`, `source-conflict`, `pair-invalid`. */
export function interfaceInput(args: ParsedArgs): InterfaceInput {
  const given = SOURCES.filter((name) => args.text(name) !== undefined || args.flag(name));
  if (given.length > 1)
    throw usageError(
      'source-conflict',
      `--${given.join(' and --')} cannot be combined`,
      `hotnic attach DOMAIN --${given[0] ?? ''} …`,
    );
  const type = typeOf(args, given[0]);
  const teaming = args.text('teaming');
  const virtualport = args.text('virtualport');
  const vlan = args.list('vlan').flatMap((tags) => tags.split(','));
  const filter = args.text('filter');
  return {
    type,
    network: args.text('network'),
    portgroup: args.text('portgroup'),
    bridge: args.text('bridge'),
    dev: args.text('direct') ?? args.text('vdpa'),
    mode: args.text('mode'),
    socket: args.text('vhostuser'),
    socketMode: args.text('socket-mode') ?? (type === 'vhostuser' ? 'client' : undefined),
    hostdev: args.text('hostdev'),
    vf: vfSource(args.text('vf')),
    managed: type === 'hostdev' ? true : undefined,
    mac: args.text('mac'),
    // A template of the user's own may say the model itself.
    model:
      args.text('model') ??
      (type === 'hostdev' || args.text('template') !== undefined ? undefined : 'virtio'),
    driver: driver(args),
    target: args.text('target'),
    alias: args.text('alias'),
    mtu: args.text('mtu'),
    link: args.text('link'),
    vlan:
      vlan.length === 0
        ? undefined
        : { trunk: vlan.length > 1 ? true : undefined, tags: vlan.map((id) => ({ id })) },
    inbound: bandwidth(args.text('inbound')),
    outbound: bandwidth(args.text('outbound')),
    coalesceRxFrames: args.text('coalesce'),
    bootOrder: args.text('boot-order'),
    filter: filter === undefined ? undefined : { name: filter },
    isolated: args.flag('isolated') ? true : undefined,
    virtualport: virtualport === undefined ? undefined : { type: virtualport },
    teaming: teaming === undefined ? undefined : readTeaming(teaming),
    pci: args.text('address'),
  };
}

/** "AVERAGE[,PEAK[,BURST[,FLOOR]]]", as virsh writes it; a part may be left empty. */
export function bandwidth(typed: string | undefined): InterfaceInput['inbound'] {
  if (typed === undefined) return undefined;
  const [average, peak, burst, floor, ...rest] = typed
    .split(',')
    .map((part) => (part.trim() === '' ? undefined : part.trim()));
  if (rest.length > 0)
    throw usageError(
      'bandwidth-invalid',
      `${JSON.stringify(typed)} has too many parts`,
      'AVERAGE[,PEAK[,BURST[,FLOOR]]] in KiB/s, such as 1024,2048,512',
    );
  return { average, peak, burst, floor };
}

function typeOf(args: ParsedArgs, source: (typeof SOURCES)[number] | undefined): string {
  const named = args.text('type');
  if (named !== undefined) return named;
  if (source === 'vf') return 'hostdev';
  if (source !== undefined) return source;
  throw usageError(
    'source-missing',
    'what shall the NIC be connected to?',
    'hotnic attach DOMAIN --network default, or --bridge br0; --help lists the others',
  );
}

function vfSource(typed: string | undefined): InterfaceInput['vf'] {
  if (typed === undefined) return undefined;
  const { pf, index } = readVfWish(typed, '--vf');
  return { pf, index: index ?? undefined };
}

function driver(args: ParsedArgs): InterfaceInput['driver'] {
  const parts = {
    name: args.text('driver'),
    queues: args.text('queues'),
    rxQueueSize: args.text('rx-queue-size'),
    txQueueSize: args.text('tx-queue-size'),
    host: switches(args.list('host-offload'), HOST_OFFLOADS, '--host-offload'),
    guest: switches(args.list('guest-offload'), GUEST_OFFLOADS, '--guest-offload'),
  };
  return Object.values(parts).every((part) => part === undefined) ? undefined : parts;
}

function switches(
  typed: readonly string[],
  names: readonly string[],
  option: string,
): Record<string, string> | undefined {
  if (typed.length === 0) return undefined;
  return Object.fromEntries(
    typed.map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      if (!names.includes(name) || (value !== 'on' && value !== 'off'))
        throw usageError(
          'driver-invalid',
          `${option} cannot be ${JSON.stringify(pair)}`,
          `${option} ${names[0] ?? ''}=off; the names are ${names.join(', ')}`,
        );
      return [name, value];
    }),
  );
}

function readTeaming(typed: string): InterfaceInput['teaming'] {
  const [type = '', persistent] = typed.split(':', 2);
  if (type === 'persistent' && persistent === undefined) return { type: 'persistent' };
  if (type === 'transient' && persistent !== undefined) return { type: 'transient', persistent };
  throw usageError(
    'teaming-invalid',
    `--teaming cannot be ${JSON.stringify(typed)}`,
    '--teaming persistent, or --teaming transient:ua-PARTNER',
  );
}
