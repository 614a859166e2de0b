/** The devices and network backends that a definition's `qemu:commandline` hands to QEMU as they are. */
export interface CommandLineIds {
  /** Ids of devices and backends alike; QEMU has one namespace for each, and both are the operator's here. */
  readonly ids: ReadonlySet<string>;
  /** It has NICs without an id (`-device` without `id=`, `-nic`, `-net nic`). */
  readonly anonymous: boolean;
}

const TAKES = /^--?(device|netdev|nic|net)$/;

/** Reads `-device`, `-netdev`, `-nic` and `-net` in both of QEMU's forms, "driver,key=value" and JSON. */
export function commandLineIds(argv: readonly string[]): CommandLineIds {
  const ids = new Set<string>();
  let anonymous = false;
  argv.forEach((argument, index) => {
    const option = TAKES.exec(argument)?.[1];
    if (option === undefined) return;
    const id = idOf(argv[index + 1] ?? '');
    if (id !== null) ids.add(id);
    else if (option !== 'netdev') anonymous = true;
  });
  return { ids, anonymous };
}

function idOf(value: string): string | null {
  if (value.startsWith('{')) {
    const read = /"id"\s*:\s*"([^"\\]{1,128})"/.exec(value);
    return read?.[1] ?? null;
  }
  return /(?:^|,)id=([^,]{1,128})/.exec(value)?.[1] ?? null;
}
