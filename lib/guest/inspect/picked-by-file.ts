/** Lines that `grep -H` picked out of files, "PATH:TEXT", by path. A line that has no path is passed over. */
export function pickedByFile(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const line of lines) {
    const match = /^(\/[^:]{1,300}):(.*)$/.exec(line);
    if (!match) continue;
    const [, path = '', text = ''] = match;
    files.set(path, [...(files.get(path) ?? []), text]);
  }
  return files;
}
