import { DomainXMLFlags } from '../../generated/constants/domain.js';
import { DomainLifecycle, DomainStoppedDetail } from '../../generated/constants/events.js';
import { ErrorCode } from '../../generated/constants/error-code.js';
import { ListDomainsFlags } from '../../generated/constants/domain.js';
import { DomainState } from '../../generated/constants/domain.js';
import type { DomainRef } from '../../protocol/types.js';
import type { SimulatedDomain } from '../domain.js';
import { Failure, From, notRunning } from '../failure.js';
import { completeConfig } from '../live-definition.js';
import { readMetadata, withMetadata } from '../metadata.js';
import type { World } from '../world.js';
import { detachAlias, detachXml } from './detach.js';
import type { CallContext, Handlers } from './handler.js';

const autostart = new WeakSet<SimulatedDomain>();

/** Domains: looking them up, reading and changing them, starting and ending them. */
export const domainHandlers = {
  connectListAllDomains: ({ flags }, { world }) => {
    const domains = [...world.domains.values()]
      .filter((domain) => listed(domain, flags))
      .map(({ ref }) => ref);
    return { domains, ret: domains.length };
  },
  domainLookupById: ({ id }, { world }) => ({
    dom: lookup(world, (domain) => domain.ref.id === id, `id ${id}`),
  }),
  domainLookupByName: ({ name }, { world }) => ({
    dom: lookup(world, (domain) => domain.name === name, `name '${name}'`),
  }),
  domainLookupByUuid: ({ uuid }, { world }) => ({ dom: world.domain({ uuid }).ref }),
  domainDefineXmlFlags: ({ xml }, call) => ({ dom: define(xml, call) }),
  domainCreateXml: ({ xmlDesc }, { world }) => {
    const { name } = completeConfig(xmlDesc);
    if (world.domains.get(name)?.active === true) {
      throw new Failure(ErrorCode.OPERATION_INVALID, `domain '${name}' is already active`);
    }
    const domain = world.addDomain({ xml: xmlDesc, persistent: false });
    world.events.emit('lifecycle', domain.ref, { event: DomainLifecycle.STARTED, detail: 0 });
    return { dom: domain.ref };
  },
  domainCreateWithFlags: ({ dom, flags }, { world }) => {
    const domain = world.domain(dom);
    domain.start((flags & 1) !== 0);
    return { dom: domain.ref };
  },
  domainDestroy: ({ dom }, { world }) => end(world, dom, DomainStoppedDetail.DESTROYED),
  domainDestroyFlags: ({ dom }, { world }) => end(world, dom, DomainStoppedDetail.DESTROYED),
  domainShutdownFlags: ({ dom }, { world }) => end(world, dom, DomainStoppedDetail.SHUTDOWN),
  domainReboot: ({ dom }, { world }) => {
    const domain = world.domain(dom);
    domain.reset();
    world.events.emit('reboot', domain.ref, {});
    return {};
  },
  domainReset: ({ dom }, { world }) => {
    const domain = world.domain(dom);
    domain.reset();
    world.events.emit('reboot', domain.ref, {});
    return {};
  },
  domainSuspend: ({ dom }, { world }) => {
    world.domain(dom).suspend();
    return {};
  },
  domainResume: ({ dom }, { world }) => {
    world.domain(dom).resume();
    return {};
  },
  domainUndefineFlags: ({ dom }, { world }) => {
    const domain = world.domain(dom);
    if (domain.configXml === null) {
      throw new Failure(ErrorCode.OPERATION_INVALID, 'cannot undefine transient domain', From.qemu);
    }
    domain.configXml = null;
    world.events.emit('lifecycle', domain.ref, { event: DomainLifecycle.UNDEFINED, detail: 0 });
    if (!domain.active) world.domains.delete(domain.name);
    return {};
  },
  domainGetXmlDesc: ({ dom, flags }, { world }) => {
    const domain = world.domain(dom);
    const config = domain.configXml ?? domain.liveXml;
    const inactive = (flags & DomainXMLFlags.INACTIVE) !== 0;
    return { xml: (inactive ? config : (domain.liveXml ?? config)) ?? '' };
  },
  domainGetState: ({ dom }, { world }) => world.domain(dom).state,
  domainGetInfo: ({ dom }, { world }) => {
    const { state } = world.domain(dom).state;
    return { state, maxMem: 655_360n, memory: 655_360n, nrVirtCpu: 1, cpuTime: 0n };
  },
  domainIsActive: ({ dom }, { world }) => ({ active: world.domain(dom).active ? 1 : 0 }),
  domainIsPersistent: ({ dom }, { world }) => ({ persistent: world.domain(dom).configXml === null ? 0 : 1 }),
  domainIsUpdated: () => ({ updated: 0 }),
  domainGetAutostart: ({ dom }, { world }) => ({ autostart: autostart.has(world.domain(dom)) ? 1 : 0 }),
  domainSetAutostart: ({ dom, autostart: wanted }, { world }) => {
    const domain = world.domain(dom);
    if (wanted === 0) autostart.delete(domain);
    else autostart.add(domain);
    return {};
  },
  domainAttachDeviceFlags: ({ dom, xml, flags }, { world }) => {
    world.domain(dom).attach(xml, flags);
    return {};
  },
  domainDetachDeviceFlags: detachXml,
  domainDetachDeviceAlias: detachAlias,
  domainUpdateDeviceFlags: ({ dom, xml, flags }, { world }) => {
    world.domain(dom).update(xml, flags);
    return {};
  },
  domainInjectNmi: ({ dom }, { world }) => running(world.domain(dom)),
  domainSendKey: ({ dom }, { world }) => running(world.domain(dom)),
  domainGetMetadata: ({ dom, type, uri, flags }, { world }) => ({
    metadata: readMetadata(world.domain(dom).read(flags), { type, uri }),
  }),
  domainSetMetadata: ({ dom, type, uri, key, metadata, flags }, { world }) => {
    const domain = world.domain(dom);
    domain.edit(flags, (xml) => withMetadata(xml, { type, uri }, metadata, key));
    world.events.emit('metadata-change', domain.ref, { type, nsuri: uri });
    return {};
  },
  domainInterfaceAddresses: ({ dom, source }, { world }) => {
    const domain = world.domain(dom);
    running(domain);
    return { ifaces: domain.addresses.get(source) ?? [] };
  },
  qemuDomainMonitorCommand: ({ dom, cmd, flags }, { world }) => {
    const domain = world.domain(dom);
    running(domain);
    return { result: domain.monitor?.(cmd, (flags & 1) !== 0) ?? UNKNOWN_COMMAND };
  },
} satisfies Handlers;

const UNKNOWN_COMMAND = JSON.stringify({
  error: { class: 'CommandNotFound', desc: 'The command has not been found' },
});

function lookup(world: World, matches: (domain: SimulatedDomain) => boolean, what: string): DomainRef {
  const found = [...world.domains.values()].find(matches);
  if (found === undefined)
    throw new Failure(ErrorCode.NO_DOMAIN, `no domain with matching ${what}`, From.qemu);
  return found.ref;
}

function define(xml: string, { world }: CallContext): DomainRef {
  const { name, uuid, xml: config } = completeConfig(xml);
  const known = world.domains.get(name);
  if (known !== undefined && known.uuid !== uuid) {
    const text = `domain '${name}' already exists with uuid ${known.uuid}`;
    throw new Failure(ErrorCode.OPERATION_FAILED, text);
  }
  if (known !== undefined) known.configXml = config;
  const domain = known ?? world.addDomain({ xml, active: false });
  const detail = known === undefined ? 0 : 1;
  world.events.emit('lifecycle', domain.ref, { event: DomainLifecycle.DEFINED, detail });
  return domain.ref;
}

function end(world: World, dom: DomainRef, detail: number): Record<string, never> {
  const domain = world.domain(dom);
  domain.stop(detail);
  if (domain.configXml === null) world.domains.delete(domain.name);
  return {};
}

function running(domain: SimulatedDomain): Record<string, never> {
  if (!domain.active) throw notRunning();
  return {};
}

/** libvirt groups its filters; within a group any flag may fit, and every group that is used must. */
function listed(domain: SimulatedDomain, flags: number): boolean {
  const { state } = domain.state;
  const groups: [number, boolean][][] = [
    [
      [ListDomainsFlags.ACTIVE, domain.active],
      [ListDomainsFlags.INACTIVE, !domain.active],
    ],
    [
      [ListDomainsFlags.PERSISTENT, domain.configXml !== null],
      [ListDomainsFlags.TRANSIENT, domain.configXml === null],
    ],
    [
      [ListDomainsFlags.RUNNING, state === DomainState.RUNNING],
      [ListDomainsFlags.PAUSED, state === DomainState.PAUSED],
      [ListDomainsFlags.SHUTOFF, state === DomainState.SHUTOFF],
      [
        ListDomainsFlags.OTHER,
        state !== DomainState.RUNNING && state !== DomainState.PAUSED && state !== DomainState.SHUTOFF,
      ],
    ],
  ];
  return groups.every((group) => {
    const used = group.filter(([flag]) => (flags & flag) !== 0);
    return used.length === 0 || used.some(([, fits]) => fits);
  });
}
