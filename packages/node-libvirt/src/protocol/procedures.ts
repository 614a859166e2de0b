import type { Procedures } from '../generated/procedures.js';
import type { Procedure } from './procedure.js';
import { allEntries, procedureNamed } from './table.js';

/** "domainGetXmlDesc" and its like: every call of libvirt's protocol, in camel case. */
export type ProcedureName = keyof Procedures;

/** What a procedure is called with. */
export type Args<N extends ProcedureName> = Procedures[N]['args'];

/** What a procedure answers. */
export type Result<N extends ProcedureName> = Procedures[N]['result'];

/** The calls by name with their codecs; each is made when it is first looked at. */
export const procedures = new Proxy(
  {},
  { get: (_, name) => (typeof name === 'string' ? procedureNamed(name) : undefined) },
) as { readonly [N in ProcedureName]: Procedure<Args<N>, Result<N>> };

/** The names of all calls. */
export function procedureNames(): ProcedureName[] {
  const calls = allEntries().filter(({ kind }) => kind !== 'event');
  return calls.map(({ name }) => name as ProcedureName);
}
