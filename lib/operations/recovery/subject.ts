import type { Domain } from 'node-libvirt';
import type { PciAddress } from '../../nic/pci-address.js';
import type { RunRequest } from './request.js';

/** Whom a change keeps others away from: a domain, PCI functions of the host, or with null what belongs to neither. */
export type ChangeSubject = Pick<Domain, 'name' | 'uuid'> | FunctionsSubject | null;

/** PCI functions of the host; those of one IOMMU group are changed together. */
export interface FunctionsSubject {
  readonly functions: readonly PciAddress[];
}

/** Whose runs are looked for: a domain's by its UUID, those of any of these functions, or with null those of neither. */
export type Whose = string | readonly PciAddress[] | null;

/** True for PCI functions. */
export function isFunctions(subject: ChangeSubject): subject is FunctionsSubject {
  return subject !== null && 'functions' in subject;
}

/** Whose runs stand in the way of a change of this subject. */
export function whoseOf(subject: ChangeSubject): Whose {
  return isFunctions(subject) ? subject.functions : (subject?.uuid ?? null);
}

/** The subject as a person calls it. */
export function nameOfSubject(subject: ChangeSubject): string {
  if (isFunctions(subject)) return subject.functions.join(', ');
  return subject?.name ?? 'the hypervisor';
}

/** What a run's request is about, as far as the request itself says. */
export function subjectOf(request: RunRequest): ChangeSubject {
  if (request.domain !== null) return request.domain;
  const functions = functionsOf(request);
  return functions.length === 0 ? null : { functions };
}

/** Whether a run of this request is one of those that are looked for. */
export function concerns(request: RunRequest, whose: Whose): boolean {
  const own = functionsOf(request);
  if (typeof whose === 'string') return request.domain?.uuid === whose;
  if (whose === null) return request.domain === null && own.length === 0;
  return own.some((address) => whose.includes(address));
}

function functionsOf(request: RunRequest): readonly PciAddress[] {
  return request.kind === 'acts' ? (request.functions ?? []) : [];
}
