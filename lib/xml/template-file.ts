import { constants, existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HotnicError, usageError } from '../errors/hotnic-error.js';
import type { InterfaceType } from './spec-types.js';

/** One byte more than a template may have, so that a longer one is noticed without being read. */
const READ_LIMIT = 65_537;

/**
 * The shipped templates: the folder xml-templates beside a package.json, at or above this module. That holds in the
 * source tree, in dist and in the one-file command.
 * @throws HotnicError `template-missing` when the package was not installed whole
 */
export function templateFolder(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let at = from; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json')) && existsSync(join(at, 'xml-templates')))
      return join(at, 'xml-templates');
    if (dirname(at) === at)
      throw new HotnicError(
        'template-missing',
        'the folder xml-templates was not found beside package.json',
        {
          next: 'install hotnic again, or give a template with --template FILE',
        },
      );
  }
}

/** The path of the shipped template for a type. */
export async function shippedTemplate(
  type: InterfaceType,
  folder: string = templateFolder(),
): Promise<string> {
  const file = `${type === 'hostdev' ? 'hostdev-vf' : type}.xml`;
  const files = await readdir(folder).catch((): string[] => []);
  if (files.includes(file)) return join(folder, file);
  throw usageError(
    'template-missing',
    `there is no template ${file} in ${folder}`,
    'give one with --template FILE',
  );
}

/** The path of the shipped template for a whole PCI function, `<hostdev>`. */
export function functionTemplate(folder: string = templateFolder()): string {
  return join(folder, 'hostdev.xml');
}

/** Reads a template; only a regular file, and no more of it than a template may have. */
export async function readTemplate(path: string): Promise<string> {
  // Without O_NONBLOCK the opening of a named pipe waits for somebody to write into it, for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) =>
    refuse(path, error),
  );
  try {
    if (!(await file.stat()).isFile()) refuse(path, new Error('it is not a regular file'));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_LIMIT), 0, READ_LIMIT, 0);
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
  } catch (error) {
    if (error instanceof TypeError) refuse(path, new Error('it is not UTF-8 text, or longer than 64 KiB'));
    throw error;
  } finally {
    await file.close();
  }
}

function refuse(path: string, error: unknown): never {
  const seen = error instanceof Error ? error.message : String(error);
  throw usageError(
    'template-missing',
    `the template ${path} cannot be read: ${seen}`,
    'name a readable file',
  );
}
