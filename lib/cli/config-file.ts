import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../errors/hotnic-error.js';
import type { CliContext } from './context.js';

/** How one guest is reached, as the configuration file says. */
export interface GuestEntry {
  readonly ssh: string;
  readonly identity: readonly string[];
  readonly knownHosts: readonly string[];
  readonly jump?: string;
}

const FILE_LIMIT = 1024 * 1024;

/**
 * The configuration file's entry for a domain; null when there is none. The file is $HOTNIC_CONFIG, else
 * $XDG_CONFIG_HOME/hotnic/config.yaml, else ~/.config/hotnic/config.yaml; it may be missing unless it is named.
 * @throws HotnicError `config-invalid` (exit 2)
 */
export async function guestEntry(context: CliContext, domain: string): Promise<GuestEntry | null> {
  const named = context.env['HOTNIC_CONFIG'];
  const path =
    named ?? join(context.env['XDG_CONFIG_HOME'] ?? join(context.home, '.config'), 'hotnic/config.yaml');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw usageError('config-invalid', `the configuration file ${path} cannot be read: ${String(error)}`);
  });
  if (text === null) return null;
  if (text.length > FILE_LIMIT)
    throw usageError('config-invalid', `the configuration file ${path} is longer than ${FILE_LIMIT} bytes`);
  return (await parseConfig(text, path)).get(domain) ?? null;
}

/** Reads the configuration file's text strictly: what it does not know is an error, not ignored. */
export async function parseConfig(text: string, path: string): Promise<ReadonlyMap<string, GuestEntry>> {
  const [{ parse }, { z }] = await Promise.all([import('yaml'), import('zod')]);
  const words = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
  const entry = z.strictObject({
    ssh: z.string().min(1),
    identity: words.default([]),
    knownHosts: words.default([]),
    jump: z.string().min(1).optional(),
  });
  const schema = z.strictObject({ guests: z.record(z.string(), entry).default({}) }).nullable();
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 10 });
  } catch (error) {
    throw usageError(
      'config-invalid',
      `the configuration file ${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw usageError(
      'config-invalid',
      `the configuration file ${path} does not fit: ${z.prettifyError(parsed.error)}`,
    );
  return new Map(
    Object.entries(parsed.data?.guests ?? {}).map(([name, { jump, ...rest }]) => [
      name,
      { ...rest, ...(jump === undefined ? {} : { jump }) },
    ]),
  );
}
