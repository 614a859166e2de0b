import { z } from 'zod';
import { verdict } from './list.js';
import { reportFields } from './report.js';

const address = z.string().describe('of a PCI function, "0000:03:00.0"');

const netdev = z.strictObject({
  name: z.string(),
  mac: z.string().nullable(),
  up: z.boolean(),
  carrier: z.boolean().nullable().describe('null while it is down: the kernel does not say'),
  mtu: z.number().nullable(),
  master: z.string().nullable(),
  addresses: z.array(z.string()).describe('with their prefix, "192.0.2.4/24"'),
});

const claim = z.strictObject({
  domain: z.string(),
  half: z.enum(['live', 'config']),
  by: z.enum(['interface', 'hostdev', 'arguments']),
  alias: z.string().nullable(),
  managed: z.boolean(),
});

const override = z
  .union([
    z.strictObject({ state: z.literal('read'), driver: z.string().nullable() }),
    z.strictObject({ state: z.literal('not-read'), why: z.string() }),
  ])
  .describe('driver_override; it is never read of a function that a process holds');

const listed = z.strictObject({
  address,
  class: z.number(),
  vendor: z.number(),
  device: z.number(),
  driver: z.string().nullable(),
  parent: address.nullable().describe('the port or bridge above it'),
  driverOverride: override,
  iommuGroup: z.strictObject({ number: z.number(), members: z.array(address) }).nullable(),
  numaNode: z.number().nullable(),
  resetMethods: z.array(z.string()).describe('in the order in which the kernel tries them'),
  canReset: z.boolean(),
  virtual: z.strictObject({ physicalFunction: address, index: z.number() }).nullable(),
  physical: z.strictObject({ totalVfs: z.number(), vfs: z.array(address.nullable()) }).nullable(),
  netdevs: z.array(netdev),
  users: z.strictObject({
    running: z.array(claim),
    defined: z.array(claim),
    processes: z.array(
      z.strictObject({ pid: z.number(), command: z.string(), guest: z.string().nullable() }),
    ),
    networks: z.array(z.string()),
  }),
  verdict,
});

/** What `hotnic nodedev list --json` prints. */
export const nodedevListDocument = z.strictObject({
  schema: z.literal('hotnic.nodedev-list/1'),
  functions: z.array(listed),
  unreadable: z.array(z.string()).describe('domains whose definitions could not be read'),
});

const state = z.strictObject({ driver: z.string().nullable(), netdevs: z.array(z.string()) });

/** What `hotnic nodedev detach`, `reset`, `reattach` and `recover` print with `--json`. */
export const nodedevDocument = z.strictObject({
  schema: z.literal('hotnic.nodedev/1'),
  ...z.strictObject(reportFields).omit({ domain: true }).shape,
  operation: z.enum(['detach', 'reset', 'reattach', 'recover']),
  functions: z.array(
    z.strictObject({
      address,
      iommuGroup: z.number().nullable(),
      before: state,
      after: state.nullable().describe('null in a dry run, and where the function is gone'),
    }),
  ),
});
