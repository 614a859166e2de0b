/**
 * hotnic as a library: what the command does, as functions. Loading this module reads no environment, opens nothing and
 * prints nothing; ssh2 and the schema checker are loaded at their first use. docs/library.md has examples that run.
 */

// One hypervisor, its domains, and the channels to machines.
export { openHypervisor, type Hypervisor, type OpenOptions } from './hypervisor/open.js';
export { findDomain, viewDomain, type DomainView } from './hypervisor/domain-view.js';
export { localChannel, parseSshTarget, quoteArgv, sshChannel } from './channel/index.js';
export type {
  Channel,
  CommandResult,
  Line,
  LineStream,
  LinesOptions,
  LocalOptions,
  RunOptions,
  SshChannel,
  SshEndpoint,
  SshEnvironment,
  SshOptions,
} from './channel/index.js';

// The operations, and how they reach the guest.
export { attach, type AttachOptions, type AttachReport } from './operations/attach/attach.js';
export type { AttachProof } from './operations/attach/state.js';
export { detach, type DetachOptions, type DetachReport } from './operations/detach/detach.js';
export type { DetachProof } from './operations/detach/state.js';
export { update, type UpdateOptions, type UpdateReport } from './operations/update/update.js';
export type { InterfaceChanges, SourceChange } from './xml/edit.js';
export type { AffectWords } from './operations/shared/affect.js';
export type { OperationReport } from './operations/shared/report.js';
export { openGuest, type GuestAccess, type GuestSession } from './operations/guest-session.js';
export { knownAddresses, storedEndpoint, storeEndpoint } from './operations/endpoint.js';

// The model: planes, sightings, NICs, verdicts.
export { readNics, type DomainNics, type GuestAnswer } from './operations/read-nics.js';
export { PLANES, type Nic, type PlaneName, type PlaneReading, type Sighting } from './nic/sighting.js';
export type { Verdict, VerdictKind } from './verdicts/index.js';
export type { GuestProbe } from './guest/probe-types.js';
export { generateMac, isMulticastMac, parseMac, type MacAddress } from './nic/mac-address.js';
export { parsePciAddress, pciAddress, pciPath, type PciAddress, type PciPath } from './nic/pci-address.js';

// Interface XML.
export { checkInterfaceSpec, INTERFACE_TYPES } from './xml/interface-spec.js';
export type { InterfaceInput, InterfaceSpec, InterfaceType } from './xml/interface-spec.js';
export { renderInterface, type RenderedInterface, type RenderOptions } from './xml/template.js';
export { validateInterface, type ValidateOptions, type ValidationResult } from './xml/validate.js';

// Plans and the journal.
export { InterruptedError, PendingError, runPlan } from './plan/index.js';
export type {
  Json,
  Plan,
  PlanEntry,
  PlanOutcome,
  PlanResult,
  Progress,
  Recorder,
  Step,
  StepContext,
} from './plan/index.js';
export { listRuns, openJournal, readRun, summarize } from './journal/index.js';
export type { JournalEntry, JournalRun, JournalWriter, RunSummary } from './journal/index.js';

// Errors.
export { EXIT, HotnicError, isHotnicError } from './errors/hotnic-error.js';
export type { ErrorDetails, ExitCode } from './errors/hotnic-error.js';
