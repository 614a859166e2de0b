/** One file of a schema: its name without folders, and its text. */
export interface SchemaFile {
  readonly name: string;
  readonly text: string;
}

const MAIN = 'domaincommon.rng';
// libvirt 9.0's domaincommon.rng includes 8 files, 0.5 MB in all.
const FILES_LIMIT = 40;
const SIZE_LIMIT = 2_097_152;

/**
 * Reads libvirt's domaincommon.rng and what it includes, level by level: one round trip for each level, not for each
 * file.
 * @throws Error what `read` throws; when the files are too many or too long
 */
export async function loadSchema(
  folder: string,
  read: (path: string) => Promise<Buffer>,
): Promise<readonly SchemaFile[]> {
  const files = new Map<string, string>();
  for (let wanted = [MAIN]; wanted.length > 0;) {
    if (files.size + wanted.length > FILES_LIMIT)
      throw new Error(`the schema has more than ${FILES_LIMIT} files`);
    const texts = await Promise.all(wanted.map((name) => readOne(`${folder}/${name}`, read)));
    wanted.forEach((name, index) => files.set(name, texts[index] ?? ''));
    wanted = [...new Set(texts.flatMap(includes))].filter((name) => !files.has(name));
  }
  return [...files].map(([name, text]) => ({ name, text }));
}

async function readOne(path: string, read: (path: string) => Promise<Buffer>): Promise<string> {
  const content = await read(path);
  if (content.length > SIZE_LIMIT) throw new Error(`${path} is longer than ${SIZE_LIMIT} bytes`);
  return content.toString('utf8');
}

/** Only files of the same folder; libvirt has no others. */
function includes(text: string): readonly string[] {
  return [...text.matchAll(/<include\s+href=["']([A-Za-z0-9_-]+\.rng)["']/g)].flatMap(
    ([, name]) => name ?? [],
  );
}
