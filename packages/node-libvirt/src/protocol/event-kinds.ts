import { DomainEventId, NetworkEventId, NodeDeviceEventId } from '../generated/constants/events.js';
import { SecretEventId, StoragePoolEventId } from '../generated/constants/events.js';
import type { Events } from '../generated/procedures.js';

interface Registered {
  /** The number it is registered with. */
  readonly id: number;
  /** The message in the table. */
  readonly message: keyof Events;
}

/** Every event by what it is about and the name used here. QEMU's monitor events have names of QEMU's own instead. */
export const eventKinds = {
  domain: {
    /** Defined, started, paused, stopped, …: `event` is one of DomainLifecycle, `detail` depends on it. */
    lifecycle: { id: DomainEventId.LIFECYCLE, message: 'domainEventCallbackLifecycle' },
    reboot: { id: DomainEventId.REBOOT, message: 'domainEventCallbackReboot' },
    'rtc-change': { id: DomainEventId.RTC_CHANGE, message: 'domainEventCallbackRtcChange' },
    watchdog: { id: DomainEventId.WATCHDOG, message: 'domainEventCallbackWatchdog' },
    'io-error': { id: DomainEventId.IO_ERROR, message: 'domainEventCallbackIoError' },
    graphics: { id: DomainEventId.GRAPHICS, message: 'domainEventCallbackGraphics' },
    'io-error-reason': { id: DomainEventId.IO_ERROR_REASON, message: 'domainEventCallbackIoErrorReason' },
    'control-error': { id: DomainEventId.CONTROL_ERROR, message: 'domainEventCallbackControlError' },
    'block-job': { id: DomainEventId.BLOCK_JOB, message: 'domainEventCallbackBlockJob' },
    'disk-change': { id: DomainEventId.DISK_CHANGE, message: 'domainEventCallbackDiskChange' },
    'tray-change': { id: DomainEventId.TRAY_CHANGE, message: 'domainEventCallbackTrayChange' },
    pmwakeup: { id: DomainEventId.PMWAKEUP, message: 'domainEventCallbackPmwakeup' },
    pmsuspend: { id: DomainEventId.PMSUSPEND, message: 'domainEventCallbackPmsuspend' },
    'balloon-change': { id: DomainEventId.BALLOON_CHANGE, message: 'domainEventCallbackBalloonChange' },
    'pmsuspend-disk': { id: DomainEventId.PMSUSPEND_DISK, message: 'domainEventCallbackPmsuspendDisk' },
    /** The guest has let go of a device and it has left the domain. libvirt says no more of it than the alias. */
    'device-removed': { id: DomainEventId.DEVICE_REMOVED, message: 'domainEventCallbackDeviceRemoved' },
    'block-job-2': { id: DomainEventId.BLOCK_JOB_2, message: 'domainEventBlockJob2' },
    tunable: { id: DomainEventId.TUNABLE, message: 'domainEventCallbackTunable' },
    /** The guest agent came or went: `state` is one of AgentState. */
    'agent-lifecycle': { id: DomainEventId.AGENT_LIFECYCLE, message: 'domainEventCallbackAgentLifecycle' },
    'device-added': { id: DomainEventId.DEVICE_ADDED, message: 'domainEventCallbackDeviceAdded' },
    'migration-iteration': {
      id: DomainEventId.MIGRATION_ITERATION,
      message: 'domainEventCallbackMigrationIteration',
    },
    'job-completed': { id: DomainEventId.JOB_COMPLETED, message: 'domainEventCallbackJobCompleted' },
    /** The guest refused to let go of a device. */
    'device-removal-failed': {
      id: DomainEventId.DEVICE_REMOVAL_FAILED,
      message: 'domainEventCallbackDeviceRemovalFailed',
    },
    /** Metadata changed: `type` is one of DomainMetadataType, `uri` the namespace of an ELEMENT. */
    'metadata-change': { id: DomainEventId.METADATA_CHANGE, message: 'domainEventCallbackMetadataChange' },
    'block-threshold': { id: DomainEventId.BLOCK_THRESHOLD, message: 'domainEventBlockThreshold' },
    'memory-failure': { id: DomainEventId.MEMORY_FAILURE, message: 'domainEventMemoryFailure' },
    'memory-device-size-change': {
      id: DomainEventId.MEMORY_DEVICE_SIZE_CHANGE,
      message: 'domainEventMemoryDeviceSizeChange',
    },
    /** The guest changed a NIC's MAC address. libvirt 11.2 or newer. */
    'nic-mac-change': { id: DomainEventId.NIC_MAC_CHANGE, message: 'domainEventNicMacChange' },
  },
  network: {
    lifecycle: { id: NetworkEventId.LIFECYCLE, message: 'networkEventLifecycle' },
    'metadata-change': { id: NetworkEventId.METADATA_CHANGE, message: 'networkEventCallbackMetadataChange' },
  },
  'storage-pool': {
    lifecycle: { id: StoragePoolEventId.LIFECYCLE, message: 'storagePoolEventLifecycle' },
    refresh: { id: StoragePoolEventId.REFRESH, message: 'storagePoolEventRefresh' },
  },
  'node-device': {
    lifecycle: { id: NodeDeviceEventId.LIFECYCLE, message: 'nodeDeviceEventLifecycle' },
    update: { id: NodeDeviceEventId.UPDATE, message: 'nodeDeviceEventUpdate' },
  },
  secret: {
    lifecycle: { id: SecretEventId.LIFECYCLE, message: 'secretEventLifecycle' },
    'value-changed': { id: SecretEventId.VALUE_CHANGED, message: 'secretEventValueChanged' },
  },
  monitor: {
    /** Any event of QEMU's monitor; QEMU's name for it is in `event`. */
    event: { id: 0, message: 'qemuDomainMonitorEvent' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Registered>>>>;

/** What events are about. */
export type EventFamily = keyof typeof eventKinds;

/** Names of the events of a family. */
export type EventKind<F extends EventFamily> = Extract<keyof (typeof eventKinds)[F], string>;

/** The message of an event as it is on the wire. */
export type EventMessage<F extends EventFamily, K extends EventKind<F>> = (typeof eventKinds)[F][K] extends {
  readonly message: infer M extends keyof Events;
}
  ? Events[M]
  : never;

/** How the events of a family are registered and deregistered. */
export const registering = {
  domain: {
    register: 'connectDomainEventCallbackRegisterAny',
    deregister: 'connectDomainEventCallbackDeregisterAny',
    object: 'dom',
  },
  network: {
    register: 'connectNetworkEventRegisterAny',
    deregister: 'connectNetworkEventDeregisterAny',
    object: 'net',
  },
  'storage-pool': {
    register: 'connectStoragePoolEventRegisterAny',
    deregister: 'connectStoragePoolEventDeregisterAny',
    object: 'pool',
  },
  'node-device': {
    register: 'connectNodeDeviceEventRegisterAny',
    deregister: 'connectNodeDeviceEventDeregisterAny',
    object: 'dev',
  },
  secret: {
    register: 'connectSecretEventRegisterAny',
    deregister: 'connectSecretEventDeregisterAny',
    object: 'secret',
  },
  monitor: {
    register: 'qemuConnectDomainMonitorEventRegister',
    deregister: 'qemuConnectDomainMonitorEventDeregister',
    object: 'dom',
  },
} as const satisfies Readonly<Record<EventFamily, unknown>>;
