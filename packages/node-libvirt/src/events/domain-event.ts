import type { Domain } from '../domain.js';
import type { DomainEventKind } from '../protocol/domain-events.js';

interface Base<K extends DomainEventKind> {
  readonly kind: K;
  /** The domain as it was when the event was sent. */
  readonly domain: Domain;
}

interface DeviceEvent<K extends DomainEventKind> extends Base<K> {
  /** The alias of the device: "net1". libvirt says nothing else about it. */
  readonly alias: string;
}

/** What a listener is given, by kind. */
export interface DomainEventMap {
  /** Defined, started, paused, stopped, …: `event` is one of DomainLifecycle, `detail` depends on it. */
  readonly lifecycle: Base<'lifecycle'> & { readonly event: number; readonly detail: number };
  readonly reboot: Base<'reboot'>;
  /** The guest has let go of a device and it has left the domain. */
  readonly 'device-removed': DeviceEvent<'device-removed'>;
  readonly 'device-added': DeviceEvent<'device-added'>;
  /** The guest refused to let go of a device. */
  readonly 'device-removal-failed': DeviceEvent<'device-removal-failed'>;
  /** The guest agent came or went: `state` is one of AgentState. */
  readonly 'agent-lifecycle': Base<'agent-lifecycle'> & { readonly state: number; readonly reason: number };
  /** Metadata changed: `type` is one of DomainMetadataType, `uri` the namespace of an ELEMENT. */
  readonly 'metadata-change': Base<'metadata-change'> & {
    readonly type: number;
    readonly uri: string | null;
  };
}

export type DomainEvent = DomainEventMap[DomainEventKind];

/** What a listener is: called once an event, in the order in which the daemon sent them. */
export type DomainEventListener<K extends DomainEventKind> = (event: DomainEventMap[K]) => void;
