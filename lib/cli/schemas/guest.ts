import { z } from 'zod';

const text = z.string();
const orNull = text.nullable();

const limits = z
  .strictObject({ now: z.record(z.string(), z.number()), most: z.record(z.string(), z.number()) })
  .nullable()
  .describe('what is set, and the most that the device takes, by ethtool’s words');

const platform = z.strictObject({
  id: z.enum([
    'aws',
    'google-cloud',
    'digitalocean',
    'linode',
    'hetzner',
    'vultr',
    'azure',
    'hyper-v',
    'vmware',
    'xen',
    'kvm',
    'physical',
    'unknown',
  ]),
  name: text,
  virtualization: z.enum(['kvm', 'qemu', 'xen-pv', 'xen-hvm', 'xen', 'hyper-v', 'vmware', 'none', 'unknown']),
  evidence: z.array(text),
  adds: z
    .enum(['running', 'stopped', 'at-creation'])
    .nullable()
    .describe('when the platform adds an interface; null where hotnic does not know'),
  restrictions: z.array(
    z.strictObject({
      about: z.enum(['adding', 'removing', 'count', 'mtu', 'speed', 'device']),
      text,
      source: text.describe('the public page that says so'),
    }),
  ),
});

const inspectedNic = z.strictObject({
  name: text,
  ifindex: z.number(),
  mac: orNull,
  pciAddress: orNull,
  pciId: orNull.describe('vendor:device'),
  bus: orNull.describe('the bus of its driver: virtio, pci, vmbus, xen'),
  modalias: orNull,
  device: orNull.describe('what it is, for devices that hotnic knows'),
  driver: orNull,
  module: z
    .strictObject({ name: text, version: orNull, srcversion: orNull, vermagic: orNull, file: orNull })
    .nullable(),
  firmware: orNull,
  queues: z.strictObject({ rx: z.number(), tx: z.number() }),
  rings: limits,
  channels: limits,
  offloads: z.array(z.strictObject({ name: text, on: z.boolean(), fixed: z.boolean() })).nullable(),
  link: z.strictObject({
    operstate: text,
    up: z.boolean(),
    carrier: z.boolean().nullable(),
    speed: z.number().nullable().describe('Mbit/s, of sysfs'),
    duplex: orNull,
    ethtool: z.strictObject({ speed: orNull, duplex: orNull, link: orNull }).nullable(),
    autoNegotiation: orNull,
    why: z.array(text).describe('why speed and duplex read so, and why tools differ'),
  }),
  mtu: z.number(),
  addresses: z.array(
    z.strictObject({
      family: z.enum(['inet', 'inet6']),
      address: text,
      prefix: z.number(),
      scope: text,
      tentative: z.boolean(),
    }),
  ),
  master: orNull,
  uppers: z.array(text),
  owner: z.strictObject({
    systems: z
      .array(
        z.enum(['netplan', 'NetworkManager', 'ifcfg', 'ifupdown', 'systemd-networkd', 'udev', 'cloud-init']),
      )
      .describe('who configures it: whoever has it in hand first; empty for nobody'),
    evidence: z.array(text),
    conflict: z.boolean(),
  }),
  naming: z.strictObject({
    assigned: z.enum(['kernel', 'predictable', 'user', 'renamed', 'unknown']),
    property: orNull.describe('the property of udev that the name is'),
    linkFile: orNull,
    rule: text,
  }),
  session: z.boolean().describe('hotnic’s own session runs over it'),
});

const target = {
  target: text.describe('as it was typed'),
  reachedBy: text,
};

/** What `hotnic guest inspect --json` prints. */
export const guestInspectDocument = z.strictObject({
  schema: z.literal('hotnic.guest-inspect/1'),
  ...target,
  hostname: text,
  kernel: text,
  boot: z.strictObject({ state: z.enum(['finished', 'running', 'unknown']), reason: text, init: orNull }),
  root: z.enum(['already', 'sudo', 'no']),
  cloudInit: z.enum(['absent', 'running', 'finished']),
  platform,
  managers: z.array(text).describe('programs that manage the network and run'),
  nics: z.array(inspectedNic),
  limits: z.array(text).describe('what could not be looked at, and why'),
  tookMs: z.number().describe('from the question to the answer, without the connection'),
});

/** What `hotnic guest check --json` prints. */
export const guestCheckDocument = z.strictObject({
  schema: z.literal('hotnic.guest-check/1'),
  ...target,
  ready: z.boolean().nullable().describe('null: it cannot be told'),
  kind: z
    .enum(['native', 'acpi', 'bus', 'none', 'unknown'])
    .describe('who serves the slots: pciehp, acpiphp, a bus that needs none, nobody'),
  nic: orNull.describe('the NIC that is to go; null when the question is whether one may come'),
  hostname: text,
  platform: platform.shape.id,
  findings: z.array(
    z.strictObject({
      topic: z.enum([
        'hot-plug',
        'slots',
        'windows',
        'drivers',
        'udev',
        'cloud-init',
        'kernel-log',
        'sockets',
        'configuration',
        'files',
        'rights',
        'platform',
      ]),
      level: z.enum(['ok', 'warn', 'fail']),
      text,
      why: orNull,
      next: orNull,
    }),
  ),
  limits: z.array(text),
});
