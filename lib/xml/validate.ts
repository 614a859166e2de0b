import { readFile as readLocal } from 'node:fs/promises';
import { parseXml } from './parse.js';
import { loadSchema, type SchemaFile } from './schema-files.js';
import { validateWith } from './schema.js';
import { structureProblems } from './structure.js';

/** Where libvirt's packages put their RelaxNG files. */
export const LIBVIRT_SCHEMAS = '/usr/share/libvirt/schemas';

export interface ValidateOptions {
  /** The folder of libvirt's .rng files on the machine that `readFile` reads. */
  readonly schemaDir?: string | undefined;
  /**
   * Reads a file where the hypervisor is, such as `(path) => channel.readFile(path)`; this machine's file system
   * when not given.
   */
  readonly readFile?: ((path: string) => Promise<Buffer>) | undefined;
}

export interface ValidationResult {
  /** What was checked against: libvirt's own schema, or hotnic's knowledge of the structure. */
  readonly by: 'schema' | 'structure';
  /** The schema's main file. */
  readonly schema?: string;
  /** Why there was no schema to check against. */
  readonly why?: string;
  /**
   * What is wrong, in words; empty when valid. A schema older than the libvirt that gets the XML refuses what it does
   * not know yet, so the caller decides what a problem means.
   */
  readonly problems: readonly string[];
}

/**
 * Checks one `<interface>` or `<hostdev>` as libvirt's schema has it; where that cannot be read or does not compile,
 * checks the structure instead and says so.
 * @throws HotnicError what parseXml throws
 */
export async function validateInterface(
  xml: string,
  options: ValidateOptions = {},
): Promise<ValidationResult> {
  const element = parseXml(xml, { what: 'the interface XML' });
  if (element.name !== 'interface' && element.name !== 'hostdev')
    return { by: 'structure', problems: [`<${element.name}> is neither an <interface> nor a <hostdev>`] };
  const { schemaDir = LIBVIRT_SCHEMAS, readFile = (path: string) => readLocal(path) } = options;
  try {
    const files: readonly SchemaFile[] = await loadSchema(schemaDir, readFile);
    const problems = await validateWith(files, element.name, xml);
    return { by: 'schema', schema: `${schemaDir}/domaincommon.rng`, problems };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { by: 'structure', why, problems: structureProblems(element) };
  }
}
