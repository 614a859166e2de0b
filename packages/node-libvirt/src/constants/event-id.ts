/** Numbers of domain events (virDomainEventID). */
export const DomainEventId = {
  LIFECYCLE: 0,
  REBOOT: 1,
  DEVICE_REMOVED: 15,
  AGENT_LIFECYCLE: 18,
  DEVICE_ADDED: 19,
  DEVICE_REMOVAL_FAILED: 22,
  METADATA_CHANGE: 23,
} as const;

/** `event` of a lifecycle event (virDomainEventType). */
export const DomainLifecycle = {
  DEFINED: 0,
  UNDEFINED: 1,
  STARTED: 2,
  SUSPENDED: 3,
  RESUMED: 4,
  STOPPED: 5,
  SHUTDOWN: 6,
  PMSUSPENDED: 7,
  CRASHED: 8,
} as const;

/** `detail` of a STOPPED lifecycle event (virDomainEventStoppedDetailType). */
export const DomainStoppedDetail = {
  SHUTDOWN: 0,
  DESTROYED: 1,
  CRASHED: 2,
  MIGRATED: 3,
  SAVED: 4,
  FAILED: 5,
  FROM_SNAPSHOT: 6,
} as const;

/** `state` of an agent lifecycle event (virConnectDomainEventAgentLifecycleState). */
export const AgentState = { CONNECTED: 1, DISCONNECTED: 2 } as const;
