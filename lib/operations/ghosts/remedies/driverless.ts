import type { UnboundFunction } from '../../../guest/probe-deep-types.js';
import type { PlannedAct } from '../../acts/act.js';
import type { Cure, RemedyFinder } from '../remedy.js';

/** Loads the module, or binds the driver that is there already; a model without a driver is for a person to change. */
export const driverlessCure: RemedyFinder = ({ domain, nic }, scan) => {
  const address = nic.sightings['guest-pci']?.name ?? null;
  const unbound = scan?.probe?.unbound.find((one) => one.address === address);
  if (domain === null || !unbound)
    return {
      remedies: [],
      byHand: ['load the driver in the guest (modprobe), or attach with another --model'],
    };
  const another = `attach it again with a model that the guest has a driver for: hotnic detach ${domain} ${nic.mac ?? nic.alias ?? address ?? ''}, then hotnic attach … --model virtio`;
  const { rules, log } = unbound;
  const deliberate = rules.filter(({ kind }) => kind !== 'blacklist');
  if (deliberate.length > 0)
    return {
      remedies: [],
      byHand: [...deliberate.map(({ where, text }) => `${where} forbids its driver: ${text}`), another],
    };
  const act = actFor(domain, unbound);
  if (!act) return { remedies: [], byHand: [another] };
  return {
    remedies: [
      {
        kind: 'driverless',
        title: act.title,
        risk: 'none',
        riskText: `only the device without a driver changes${rules.length === 0 ? '' : '; the blacklist stays, so it is the same after the next boot'}`,
        acts: [act.planned],
      },
    ],
    byHand: [
      ...rules.map(({ where, text }) => `for good: take "${text}" out of ${where}`),
      ...(log.length === 0 ? [] : [`the kernel's last words about it: ${log.at(-1) ?? ''}`, another]),
    ],
  } satisfies Cure;
};

function actFor(
  domain: string,
  { address, bus, device, modules }: UnboundFunction,
): { title: string; planned: PlannedAct } | null {
  if (modules.some(({ state }) => state === 'loaded'))
    return {
      title: `bind ${device} to its driver in ${domain}`,
      planned: { act: 'guest-bind-driver', input: { domain, address, bus, device, driver: null } },
    };
  const [module] = modules;
  if (!module) return null;
  return {
    title: `load ${module.name} in ${domain}`,
    planned: { act: 'guest-load-module', input: { domain, module: module.name, address } },
  };
}
