import { HotnicError, type ErrorDetails } from '../../errors/hotnic-error.js';
import {
  isVfioDriver,
  standingOn,
  type HostTraffic,
  type NetworkFunction,
} from '../../hypervisor/pci/index.js';
import type { PciAddress } from '../../nic/pci-address.js';
import { claimText } from '../../planes/function-claims.js';
import { heldError } from '../acts/function-target.js';
import { usersOf, type NodedevFacts } from './facts.js';

/** What an operator has said may be lost. */
export interface Force {
  /** Addresses of the host, and ports of its bridges and bonds. */
  readonly addresses: boolean;
  readonly defaultRoute: boolean;
}

const UNCHANGED = { state: 'nothing was changed' } as const;

/**
 * Refuses a function that somebody uses: a running domain, or a process.
 * @throws HotnicError `function-in-use`, `function-held`, `holders-unknown`
 */
export function refuseUsed(one: NetworkFunction, facts: NodedevFacts): void {
  const { running, holders } = usersOf(one, facts);
  const [claim] = running;
  if (claim)
    throw new HotnicError('function-in-use', `${one.address} is in use: it is in ${claimText(claim)}`, {
      ...UNCHANGED,
      why: 'a function that is taken from a guest under way leaves it with a dead device',
      next: `hotnic detach ${claim.domain} ${claim.alias ?? one.address}`,
    });
  if (holders.length > 0) throw heldError(one.address, `/dev/vfio/${one.iommuGroup?.number ?? '?'}`, holders);
  if (isVfioDriver(one.driver) && !facts.holders.complete)
    throw new HotnicError('holders-unknown', `it is not known whether a process holds ${one.address}`, {
      ...UNCHANGED,
      why: 'not every process of the hypervisor may be looked at',
      next: 'run hotnic as root',
    });
}

/**
 * Refuses a PF whose VFs somebody uses: they all go with it.
 * @throws HotnicError `vfs-in-use` that names them
 */
export function refuseUsedVfs(one: NetworkFunction, facts: NodedevFacts): void {
  const used = (one.physical?.vfs ?? []).flatMap((vf) => {
    const found = facts.functions.find(({ address }) => address === vf);
    const why = found && vfUse(found, facts);
    return why == null || found === undefined ? [] : [`${found.address} (${why})`];
  });
  if (used.length === 0) return;
  throw new HotnicError('vfs-in-use', `VFs of ${one.address} are in use: ${used.join(', ')}`, {
    ...UNCHANGED,
    why: 'the PF’s driver takes all VFs away when it goes, also from under running guests',
    next: 'detach those VFs from their guests first: hotnic nodedev list says whose they are',
  });
}

function vfUse(vf: NetworkFunction, facts: NodedevFacts): string | null {
  const { running, holders } = usersOf(vf, facts);
  const [claim] = running;
  if (claim) return `in ${claimText(claim)}`;
  const [holder] = holders;
  if (holder) return `held by ${holder.command}, pid ${holder.pid}`;
  if (isVfioDriver(vf.driver)) return 'detached for a guest';
  const netdev = vf.netdevs.find((each) => each.master !== null || each.addresses.some(isOwn));
  return netdev ? `${netdev.name} has addresses or is a port of ${netdev.master ?? 'something'}` : null;
}

/**
 * Refuses a function whose netdevs the host itself uses. An SSH session is never let go: whoever wants that has another
 * way in, and can end it.
 * @throws HotnicError `connection-in-use`, `carries-default-route`, `has-addresses`, `is-port`
 */
export function refuseCarrying(one: NetworkFunction, traffic: HostTraffic, force: Force): void {
  for (const { name } of one.netdevs) {
    const on = standingOn(traffic.links, name);
    const named = (device: string) => (device === name ? name : `${device}, which stands on ${name}`);
    const session = on.find((device) => traffic.sessions.has(device));
    if (session !== undefined)
      throw refusal(
        'connection-in-use',
        one.address,
        `an SSH session with ${traffic.sessions.get(session) ?? ''} goes over ${named(session)}`,
        {
          why: 'the session would hang, and nobody could put the function back through it',
          next: 'come in over another NIC or a console, and end that session',
        },
      );
    const route = on.find((device) => traffic.defaultRoutes.has(device));
    if (route !== undefined && !force.defaultRoute)
      throw refusal(
        'carries-default-route',
        one.address,
        `the host’s default route goes over ${named(route)}`,
        {
          next: 'give the host another default route first, or say --force-default-route',
        },
      );
    const addressed = on.find((device) => traffic.links.get(device)?.addresses.some(isOwn));
    if (addressed !== undefined && !force.addresses)
      throw refusal(
        'has-addresses',
        one.address,
        `${named(addressed)}, has addresses of the host: ${(traffic.links.get(addressed)?.addresses ?? []).filter(isOwn).join(', ')}`,
        {
          next: '--force takes it all the same; reattach puts the addresses back',
        },
      );
    const master = traffic.links.get(name)?.master;
    if (master != null && !force.addresses)
      throw refusal('is-port', one.address, `${name} is a port of ${master}`, {
        next: '--force takes it all the same; reattach makes it a port again',
      });
  }
}

/** Link-local addresses come by themselves, and nobody is reached by one alone. */
function isOwn(address: string): boolean {
  return !/^fe[89ab]/i.test(address) && !address.startsWith('169.254.');
}

function refusal(code: string, address: PciAddress, message: string, details: ErrorDetails): HotnicError {
  return new HotnicError(code, `${address}: ${message}`, { ...UNCHANGED, ...details });
}
