export { exclusively, lockFor, changeLockName, type ExclusiveOptions } from './exclusive.js';
export { halfDoneRuns, type HalfDoneRun } from './half-done.js';
export { resumeRun, undoRun, type RecoverOptions, type RecoveryReport } from './recover.js';
export { askingRuns, removalRequests, removalRequestsOf, type AskingRun } from './removal-requests.js';
export { actsRequestFor, asJson, functionsRequestFor, requestedDomain } from './request.js';
export type { ChangeSubject, FunctionsSubject } from './subject.js';
export type { ActsRequest, HalfRequest, NicRequest, RunRequest } from './request.js';
