/**
 * hotnic as a library: what the command does, as functions. Loading this module reads no environment, opens nothing and
 * prints nothing; ssh2 and the schema checker are loaded at their first use. docs/library.md has examples that run.
 */

// One hypervisor, its domains, and the channels to machines.
export { openHypervisor, type Hypervisor, type OpenOptions } from './hypervisor/open.js';
export { findDomain, viewDomain, type DomainView } from './hypervisor/domain-view.js';
export { agentChannel, localChannel, parseSshTarget, quoteArgv, sshChannel } from './channel/index.js';
export { agentOf } from './hypervisor/agent.js';
export type {
  AskAgent,
  AskAgentOptions,
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
export { inspectTarget, type InspectTarget } from './operations/guest/inspect.js';
export { checkTarget, type CheckTarget } from './operations/guest/check.js';
export { inspectGuest, type InspectOptions } from './guest/inspect/inspect-guest.js';
export { checkGuest, type CheckOptions } from './guest/check/check-guest.js';
export type { GuestInspection, InspectedNic } from './guest/inspect/inspect-types.js';
export type { CheckFinding, GuestCheck } from './guest/check/check-types.js';
export type { Platform, Restriction } from './guest/hardware/platform-types.js';
export { knownAddresses, storedEndpoint, storeEndpoint } from './operations/endpoint.js';

// The model: planes, sightings, NICs, verdicts.
export { readNics, type DomainNics, type GuestAnswer } from './operations/read-nics.js';
export { readQemu } from './planes/qemu-plane.js';
export { hostEvidence, readHostFacts, type HostFacts } from './hypervisor/host/index.js';
export type { DhcpLease, HostEvidence, Neighbour } from './nic/host-evidence.js';
export { liveOnlyMarks, markLiveOnly } from './operations/live-only-marks.js';
export { suspectsQemu, VERDICT_KINDS } from './verdicts/index.js';
export { PLANES, type Nic, type PlaneName, type PlaneReading, type Sighting } from './nic/sighting.js';
export type { RemovalRequest, Verdict, VerdictKind } from './verdicts/index.js';
export type { GuestProbe } from './guest/probe-types.js';
export { generateMac, isMulticastMac, parseMac, type MacAddress } from './nic/mac-address.js';
export { parsePciAddress, pciAddress, pciPath, type PciAddress, type PciPath } from './nic/pci-address.js';

// Ghosts: one look at a hypervisor, what is known of a finding, and its cure.
export { scan } from './operations/ghosts/scan.js';
export { findingsOf, ghostsOf, selectFinding } from './operations/ghosts/findings.js';
export { isGhost } from './operations/ghosts/ghost.js';
export { explain, type ExplainedRemedy, type Explanation } from './operations/ghosts/explain.js';
export { clean } from './operations/ghosts/clean.js';
export { askOnce, type FindAccess } from './operations/ghosts/guest-sessions.js';
export type { AskGuest, ScanOptions } from './operations/ghosts/scan-options.js';
export type { DomainScan, Finding, HostScan, Scan } from './operations/ghosts/scan-types.js';
export type {
  CleanOptions,
  CleanReport,
  Treatment,
  TreatmentOutcome,
} from './operations/ghosts/clean-types.js';
export { RISKS, type Cure, type Remedy, type Risk } from './operations/ghosts/remedy.js';

// PCI functions of the host.
export { changeNodedev } from './operations/nodedev/change.js';
export type { FunctionReport, NodedevOptions, NodedevReport } from './operations/nodedev/change.js';
export { listNodedevs, type ListedFunction, type NodedevList } from './operations/nodedev/list.js';

// What is known of messages and states.
export { lookUp, SYMPTOMS, symptomsFor, type Symptom } from './knowledge/index.js';

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
  PlannedStep,
  PlanOutcome,
  PlanResult,
  Progress,
  Recorder,
  Step,
  StepContext,
} from './plan/index.js';
export { listRuns, openJournal, readRun, summarize } from './journal/index.js';
export { halfDoneRuns, removalRequests, resumeRun, undoRun } from './operations/recovery/index.js';
export type { HalfDoneRun, RecoverOptions, RecoveryReport } from './operations/recovery/index.js';
export type { JournalEntry, JournalRun, JournalWriter, RunSummary } from './journal/index.js';

// Errors.
export { EXIT, HotnicError, isHotnicError } from './errors/hotnic-error.js';
export type { ErrorDetails, ExitCode } from './errors/hotnic-error.js';
