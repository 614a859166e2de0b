import { z } from 'zod';
import type { Hypervisor } from '../../hypervisor/open.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import { parsePciAddress, type PciAddress } from '../../nic/pci-address.js';
import type { Json } from '../../plan/index.js';

const runId = z.string().max(40);

const domain = z.strictObject({
  name: z.string(),
  uuid: z.string(),
  /** libvirt's number of the running domain: it changes with every start. Null when it did not run. */
  boot: z.int().nullable(),
});

const head = {
  /** The hypervisor, as it was named. */
  uri: z.string(),
  /** Which side of the change the run works towards: `before` for one that takes another's change back. */
  goal: z.enum(['after', 'before']),
  /** The run that began it all, where this one finishes or undoes another; null for that one itself. */
  root: runId.nullable(),
};

/** A NIC in one of the two definitions: how it is known there, and its XML on both sides of the change. */
const half = z.strictObject({
  mac: z.string().nullable(),
  /** libvirt's PCI address; null when it was not known beforehand. */
  address: z.string().nullable(),
  /** Null: it is not there on that side. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Other NICs with the same MAC that were there before: never to be taken for this one. */
  others: z.array(z.strictObject({ alias: z.string().nullable(), address: z.string().nullable() })),
});

/** What a run of attach, detach or update was asked for: enough to finish it or take it back by another process. */
const nicRequest = z.strictObject({
  kind: z.literal('nic'),
  ...head,
  domain,
  change: z.enum(['attach', 'detach', 'update']),
  nic: z.strictObject({
    alias: z.string().nullable(),
    mac: z.string().nullable(),
    pciPath: z.string().nullable(),
    guestName: z.string().nullable(),
  }),
  /** Null: that definition is not touched. */
  live: half.nullable(),
  config: half.nullable(),
  slot: z.enum(['acpi', 'native', 'pseries', 'none', 'unknown']),
  /** What a person calls the way to the guest; null when the guest was not asked. */
  guest: z.string().nullable(),
});

/** What a run of acts was asked for; the acts themselves stand in the run's list of steps. Its other steps only read. */
const actsRequest = z.strictObject({
  kind: z.literal('acts'),
  ...head,
  /** Null for what belongs to no domain: then the functions are locked, or without any the hypervisor. */
  domain: domain.nullable(),
  /** PCI functions of the host that it is about. */
  functions: z
    .array(
      z
        .string()
        .refine((text) => parsePciAddress(text) === text, 'not an address of a PCI function')
        .transform((text) => text as PciAddress),
    )
    .max(1024)
    .optional(),
});

/** Whatever can be finished or undone. */
export const request = z.discriminatedUnion('kind', [nicRequest, actsRequest]);

export type NicRequest = z.infer<typeof nicRequest>;
export type HalfRequest = z.infer<typeof half>;
export type ActsRequest = z.infer<typeof actsRequest>;
export type RunRequest = z.infer<typeof request>;

/** A domain as a request names it. */
export function requestedDomain({ name, uuid, live }: DomainView): RunRequest['domain'] & object {
  return { name, uuid, boot: live?.id ?? null };
}

/** The request of a plan that is made of acts (`actStep`): about a domain, or with null about the hypervisor itself. */
export function actsRequestFor(hypervisor: Hypervisor, view: DomainView | null): ActsRequest {
  return {
    kind: 'acts',
    uri: hypervisor.uri,
    goal: 'after',
    root: null,
    domain: view === null ? null : requestedDomain(view),
  };
}

/** The request of a plan of acts about PCI functions of the host. */
export function functionsRequestFor(hypervisor: Hypervisor, functions: readonly PciAddress[]): ActsRequest {
  return { ...actsRequestFor(hypervisor, null), functions: [...functions] };
}

/** As the journal takes it. */
export function asJson(value: RunRequest): Json {
  const { functions, ...rest } = value.kind === 'acts' ? value : { ...value, functions: undefined };
  return functions === undefined ? rest : { ...rest, functions };
}
