import type { Domain } from 'node-libvirt';
import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import { hotplugReadiness } from '../../guest/readiness.js';
import { viewDomain, type DomainView } from '../../hypervisor/domain-view.js';
import { generateMac, type MacAddress } from '../../nic/mac-address.js';
import type { PciAddress, PciPath } from '../../nic/pci-address.js';
import { hotplugKind } from '../../xml/slots.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import { renderInterface } from '../../xml/template.js';
import { validateInterface } from '../../xml/validate.js';
import { openGuest, type GuestSession } from '../guest-session.js';
import type { SlotKind } from '../detach/slot-rules.js';
import { resolveAffect, type Affect } from '../shared/affect.js';
import type { AttachOptions } from './attach.js';
import { chooseSlot } from './choose-slot.js';
import { ownNicFinder, type OwnNic } from './own-nic.js';
import { checkSource } from './check-source.js';
import { freshAttachState, type AttachState } from './state.js';

/** All that is known before the first change. */
export interface PreparedAttach extends AsyncDisposable {
  readonly view: DomainView;
  readonly affect: Affect;
  readonly mac: MacAddress;
  readonly xml: string;
  readonly checkedBy: string;
  /** The slot that was chosen; null where libvirt chooses. */
  readonly pciAddress: PciAddress | null;
  readonly pciPath: PciPath | null;
  /** Where the running definition says that it is, once it is attached. */
  livePath: PciPath | null;
  readonly slotKind: SlotKind;
  /** How long to watch whether it stays, in ms; 0: not at all. */
  readonly settleMs: number;
  readonly settleReason: string;
  readonly state: AttachState;
  readonly warnings: readonly string[];
  /** Finds the NIC in a later view of its domain. */
  readonly ownIn: (now: DomainView) => OwnNic;
  /** Reads both definitions: is the NIC in one of them? */
  isThere(): Promise<boolean>;
}

/**
 * Checks everything that can be checked before a change, and makes the XML. Reads only.
 * @throws HotnicError for bad input (exit 2) and for what stands in the way (exit 1)
 */
export async function prepareAttach(options: AttachOptions, domain: Domain): Promise<PreparedAttach> {
  const { hypervisor, signal } = options;
  const view = await viewDomain(domain);
  const affect = resolveAffect(options.affect, view);
  checkWaitIp(options, affect);
  const mac = macFor(options, view);
  const warnings: string[] = [];
  await checkSource(options.spec, affect, hypervisor, signal);
  const slot = chooseSlot(view, affect, options.spec);
  const spec: InterfaceSpec = {
    ...options.spec,
    mac,
    ...(slot.pciAddress === null ? {} : { pci: slot.pciAddress }),
  };
  const { xml, checkedBy } = await makeXml(spec, options, warnings);
  const state = freshAttachState();
  try {
    const inferred: SlotKind = view.live ? hotplugKind(view.live).kind : 'unknown';
    const slotKind = affect.live
      ? await readyGuest(options, view, slot.pciPath, state, warnings, inferred)
      : 'unknown';
    const ownIn = ownNicFinder(view, affect, mac, slot.pciAddress);
    const settle = settleFor(options, affect, slotKind, state.guest);
    return {
      view,
      affect,
      mac,
      xml,
      checkedBy,
      slotKind,
      state,
      warnings,
      pciAddress: slot.pciAddress,
      pciPath: slot.pciPath,
      livePath: slot.pciPath,
      settleMs: settle.ms,
      settleReason: settle.reason,
      ownIn,
      isThere: async () => {
        const { live, config } = ownIn(await viewDomain(view.domain));
        return live !== undefined || config !== undefined;
      },
      [Symbol.asyncDispose]: async () => state.guest?.[Symbol.asyncDispose](),
    };
  } catch (error) {
    await state.guest?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** Only the guest can say that it has an address: `--wait-ip` must not be passed over in silence. */
function checkWaitIp({ waitIp, guest }: AttachOptions, { live }: Affect): void {
  if (!waitIp || (guest !== null && live)) return;
  throw usageError(
    'wait-ip-conflict',
    `--wait-ip needs ${live ? 'a guest that is asked' : 'a running guest'}`,
    live ? 'leave out --guest-channel none, or --wait-ip' : 'leave --wait-ip out',
  );
}

/** The MAC is always made here, so that both definitions, DHCP and cloud-init know the same one. */
function macFor({ spec, force, failoverOf }: AttachOptions, view: DomainView): MacAddress {
  const taken = new Set(
    [...(view.live?.interfaces ?? []), ...(view.config?.interfaces ?? [])].flatMap(({ mac }) => mac ?? []),
  );
  if (spec.mac === undefined) return generateMac(taken);
  if (taken.has(spec.mac) && !force && failoverOf === undefined)
    throw usageError(
      'mac-taken',
      `${view.name} already has a NIC with the MAC ${spec.mac}`,
      'leave --mac out to have one made, or add --force if two NICs shall share it',
    );
  return spec.mac;
}

async function makeXml(
  spec: InterfaceSpec,
  { template }: AttachOptions,
  warnings: string[],
): Promise<{ xml: string; checkedBy: string }> {
  const { xml } = await renderInterface(spec, template === undefined ? {} : { template });
  const { by, problems, schema } = await validateInterface(xml);
  const checkedBy =
    by === 'schema'
      ? `libvirt's schema ${schema ?? ''}`.trim()
      : 'structural checks (no libvirt schema on this machine)';
  if (problems.length === 0) return { xml, checkedBy };
  const text = `the interface XML does not fit ${checkedBy}: ${problems.slice(0, 3).join('; ')}`;
  // The schema of this machine may be older than the hypervisor's libvirt: with a template of the user's own it decides.
  if (template !== undefined)
    throw usageError('xml-invalid', text, 'hotnic attach … --dry-run shows the XML that your template makes');
  warnings.push(text);
  return { xml, checkedBy };
}

/** Opens the guest and looks whether it can take a NIC now; gives the kind of its slot. */
async function readyGuest(
  { guest, signal, force, progress }: AttachOptions,
  view: DomainView,
  path: PciPath | null,
  state: AttachState,
  warnings: string[],
  inferred: SlotKind,
): Promise<SlotKind> {
  if (guest === null) {
    warnings.push('the guest is not asked: whether it is ready, and whether it takes the NIC, is not known');
    return inferred;
  }
  if (view.paused)
    throw new HotnicError('guest-paused', `${view.name} is paused: the guest cannot take a NIC now`, {
      state: 'nothing was changed',
      next: `virsh resume ${view.name}, or --guest-channel none to attach unproved`,
    });
  progress.info(`asking the guest at ${guest.label}`);
  state.guest = await openGuest(guest, signal);
  const portPath = path?.split('/').slice(0, -1).join('/');
  const readiness = hotplugReadiness(
    state.guest.probe,
    portPath === undefined || portPath === '' ? {} : { portPath: portPath as PciPath },
  );
  for (const { level, text } of readiness.findings) if (level === 'warn') warnings.push(`guest: ${text}`);
  const failing = readiness.findings.filter(({ level }) => level === 'fail');
  if (readiness.ready === false && !force)
    throw new HotnicError(
      'guest-not-ready',
      `${view.name} cannot take a NIC now: ${failing.map(({ text }) => text).join('; ')}`,
      {
        state: 'nothing was changed',
        next: `${failing.find(({ next }) => next !== undefined)?.next ?? 'make the guest ready'}; or --force to try all the same`,
        ...(failing[0]?.why === undefined ? {} : { why: failing[0].why }),
      },
    );
  return readiness.kind === 'unknown' || inferred === 'pseries' ? inferred : readiness.kind;
}

// kata-containers PR 1147 saw the NIC leave within seconds; libvirt-behaviour: watch it for 10 s.
const SETTLE_MS = 10_000;

function settleFor(
  { settleMs }: AttachOptions,
  { live }: Affect,
  kind: SlotKind,
  guest: GuestSession | null,
): { ms: number; reason: string } {
  if (!live) return { ms: 0, reason: '' };
  if (settleMs !== null) return { ms: settleMs, reason: 'asked for' };
  if (kind !== 'native') return { ms: 0, reason: '' };
  // A guest whose userland has finished booting has scanned its PCI bus long ago; only one that has not can mistake
  // the attach for the unplug button.
  if (guest?.probe.boot.state === 'finished') return { ms: 0, reason: '' };
  return { ms: SETTLE_MS, reason: 'a native slot, and the guest was not seen to have finished booting' };
}
