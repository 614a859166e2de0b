import type { DomainXml, InterfaceXml } from '../../../xml/domain.js';
import { serialize } from '../../../xml/serialize.js';
import type { PlannedAct } from '../../acts/act.js';
import type { SlotKind } from '../../detach/slot-rules.js';
import { slotKindOf } from '../../shared/slot-kind.js';
import type { Cure } from '../remedy.js';
import type { DomainScan, Finding } from '../scan-types.js';

/** A NIC of a domain as a remedy needs it. */
export interface NicParts {
  readonly scan: DomainScan;
  /** What every act on a domain takes. */
  readonly target: { readonly domain: string; readonly uuid: string };
  /** What a person would call it. */
  readonly name: string;
  readonly live: InterfaceXml | null;
  readonly config: InterfaceXml | null;
  readonly slot: SlotKind;
}

/** Nothing that hotnic could do. */
export const NO_CURE: Cure = { remedies: [], byHand: [] };

/** Puts a finding beside its domain's definitions; null for what belongs to no domain. */
export function partsOf({ nic, domain }: Finding, scan: DomainScan | null): NicParts | null {
  if (domain === null || scan === null) return null;
  const { view, probe } = scan;
  const own = (definition: DomainXml | null, half: 'live' | 'config') => {
    const seen = nic.sightings[half];
    if (!seen) return null;
    const address = seen.facts['pciAddress'] ?? null;
    return definition?.interfaces.find((one) => one.mac === seen.mac && one.pciAddress === address) ?? null;
  };
  return {
    scan,
    target: { domain, uuid: view.uuid },
    name: nic.alias ?? nic.mac ?? nic.target ?? 'the NIC',
    live: own(view.live, 'live'),
    config: own(view.config, 'config'),
    slot: slotKindOf(view.live, nic, probe).kind,
  };
}

/** Takes the NIC out of one definition, as that definition has it. */
export function removal(parts: NicParts, half: 'live' | 'config'): readonly PlannedAct[] {
  const own = parts[half];
  if (!own) return [];
  const input = { ...parts.target, half, xml: serialize(own.element), slot: parts.slot };
  return [{ act: 'definition-remove', input }];
}

/** Gives the NIC to one definition, with XML made for it. */
export function addition(parts: NicParts, half: 'live' | 'config', xml: string): PlannedAct {
  return { act: 'definition-add', input: { ...parts.target, half, xml, slot: parts.slot } };
}
