/** What `modinfo` says of one module. */
export interface ModuleInfo {
  readonly name: string;
  /** "(builtin)" for one that is part of the kernel. */
  readonly file: string;
  readonly vermagic: string | null;
  readonly depends: readonly string[];
  /** Names of its parameters. */
  readonly parameters: readonly string[];
}

/** Reads lines of `modinfo` of several modules, one after the other: each begins with its file. */
export function readModules(lines: readonly string[]): ModuleInfo[] {
  const groups: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('filename:')) groups.push([]);
    groups.at(-1)?.push(line);
  }
  return groups.slice(0, 100).map((group) => {
    const values = (key: string) =>
      group.filter((line) => line.startsWith(`${key}:`)).map((line) => line.slice(key.length + 1).trim());
    const file = (values('filename')[0] ?? '').slice(0, 300);
    return {
      name: values('name')[0] ?? /([^/]+)\.ko(?:\.\w+)?$/.exec(file)?.[1] ?? '',
      file,
      vermagic: values('vermagic')[0]?.slice(0, 200) ?? null,
      depends: (values('depends')[0] ?? '').split(',').filter((name) => /^[\w-]{1,63}$/.test(name)),
      parameters: values('parm').map((text) => (text.split(':')[0] ?? '').slice(0, 64)),
    };
  });
}
