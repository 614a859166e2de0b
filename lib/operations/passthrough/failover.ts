import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import type { DomainView } from '../../hypervisor/domain-view.js';
import type { InterfaceXml } from '../../xml/domain.js';
import type { InterfaceSpec } from '../../xml/interface-spec.js';
import { resolveAffect, type AffectWords } from '../shared/affect.js';
import { refusal } from './refusals.js';

/**
 * A VF as the passing half of a failover pair whose virtio half is there: both have one MAC, by which the guest's
 * net_failover knows them.
 * @throws HotnicError `failover-unfit` (exit 2), `failover-partner` where there is no such virtio half, or its pair is whole
 */
export function joinedTo(
  view: DomainView,
  spec: InterfaceSpec,
  alias: string,
  words: AffectWords,
): InterfaceSpec {
  if (spec.type !== 'hostdev')
    throw usageError('failover-unfit', '--failover-of is for a VF', 'add --vf PF, or leave it out');
  const affect = resolveAffect(words, view);
  const halves = (['live', 'config'] as const).filter((half) => affect[half]);
  const partners = halves.map((half) => partnerIn(view, half, alias));
  const [partner] = partners;
  const mac = partner?.mac ?? null;
  if (mac === null || partners.some((one) => one.mac !== mac))
    throw new HotnicError(
      'failover-partner',
      `${alias} has not one MAC in both definitions of ${view.name}`,
      {
        state: 'nothing was changed',
        next: `hotnic list ${view.name}`,
      },
    );
  if (spec.mac !== undefined && spec.mac !== mac)
    throw usageError(
      'failover-unfit',
      `the halves of a failover pair have one MAC: ${alias} has ${mac}`,
      'leave --mac out',
    );
  return { ...spec, mac, teaming: { type: 'transient', persistent: alias } };
}

function partnerIn({ name, ...view }: DomainView, half: 'live' | 'config', alias: string): InterfaceXml {
  const nics = view[half]?.interfaces ?? [];
  const where = `the ${half === 'live' ? 'running' : 'persistent'} definition of ${name}`;
  const partner = nics.find((nic) => nic.alias === alias && nic.teaming?.type === 'persistent');
  if (!partner)
    throw refusal(
      'failover-partner',
      `${where} has no virtio half ${JSON.stringify(alias)} of a failover pair`,
      halvesText(nics, name),
    );
  const other = nics.find((nic) => nic.teaming?.persistent === alias);
  if (!other) return partner;
  throw refusal(
    'failover-partner',
    `the pair of ${alias} is whole in ${where}`,
    `hotnic detach ${name} ${other.alias ?? other.pciAddress ?? ''} takes its VF out first`,
  );
}

function halvesText(nics: readonly InterfaceXml[], domain: string): string {
  const aliases = nics.flatMap(({ teaming, alias }) => (teaming?.type === 'persistent' ? (alias ?? []) : []));
  return aliases.length === 0
    ? `hotnic attach ${domain} --network NAME --failover-vf PF makes a pair`
    : `name one of: ${aliases.join(', ')}`;
}
