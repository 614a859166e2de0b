import { sameDefinition } from '../../../xml/edit.js';
import { asUpdateOf, changeableInPlace, forOtherDefinition } from '../../../xml/other-half.js';
import { serialize } from '../../../xml/serialize.js';
import type { DomainXml, InterfaceXml } from '../../../xml/domain.js';
import type { Remedy, RemedyFinder } from '../remedy.js';
import { NO_CURE, partsOf, type NicParts } from './nic-parts.js';

/** Which side is right nobody but the operator can know: both are offered, none is taken by itself. */
export const definitionDriftCure: RemedyFinder = (finding, scan) => {
  const parts = partsOf(finding, scan);
  if (!parts?.live || !parts.config) return NO_CURE;
  const { live: liveXml, config: configXml } = parts.scan.view;
  if (!liveXml || !configXml) return NO_CURE;
  return {
    remedies: [
      asRunning(parts, parts.live, parts.config, configXml),
      asPersistent(parts, parts.live, parts.config, liveXml),
    ],
    byHand: [
      `choose a side: ${finding.verdict.evidence.join('; ')}`,
      `hotnic update ${parts.target.domain} ${parts.live.mac ?? parts.name} … sets other values in both`,
    ],
  };
};

function asRunning(parts: NicParts, live: InterfaceXml, config: InterfaceXml, other: DomainXml): Remedy {
  return {
    kind: 'definition-drift',
    title: `the running one is right: make the persistent definition of ${parts.name} agree`,
    risk: 'none',
    riskText: 'the running guest is not touched',
    onRequest: 'choose',
    acts: [
      {
        act: 'definition-replace',
        input: {
          ...parts.target,
          half: 'config',
          before: serialize(config.element),
          after: serialize(forOtherDefinition(live, other, config)),
        },
      },
    ],
  };
}

function asPersistent(parts: NicParts, live: InterfaceXml, config: InterfaceXml, other: DomainXml): Remedy {
  const title = `the persistent one is right: make the running ${parts.name} agree`;
  const before = serialize(live.element);
  const paths = sameDefinition(live.element, config.element).map(({ path }) => path);
  const common = { kind: 'definition-drift', title, onRequest: 'choose' } as const;
  if (changeableInPlace(paths)) {
    const after = serialize(asUpdateOf(live, config.element));
    return {
      ...common,
      risk: 'link-flap',
      riskText: 'link, source or limits of the running NIC change at once',
      acts: [{ act: 'definition-replace', input: { ...parts.target, half: 'live', before, after } }],
    };
  }
  const after = serialize(forOtherDefinition(config, other, live));
  return {
    ...common,
    risk: 'data-path',
    riskText: `${paths.join(', ')} cannot be changed in place: the NIC leaves the guest and comes back, connections through it break`,
    acts: [{ act: 'nic-replace', input: { ...parts.target, before, after, slot: parts.slot } }],
  };
}
