import { readFile, writeFile } from 'node:fs/promises';

/** The account that libvirtd insists on, whoever its guests run as; its groups are that name and `kvm`. */
const ACCOUNT = 'libvirt-qemu';
const SYSTEM_IDS = Array.from({ length: 400 }, (_, index) => 999 - index);

/**
 * Writes `passwd` and `group` into `folder`: the machine's own, with the account and group that libvirtd needs added
 * where they lack. The lab mounts them over the machine's, which stay as they are.
 */
export async function writeAccounts(folder: string): Promise<void> {
  const { passwd, group } = withLibvirtAccount(
    await readFile('/etc/passwd', 'utf8'),
    await readFile('/etc/group', 'utf8'),
  );
  await writeFile(`${folder}/passwd`, passwd, { mode: 0o644 });
  await writeFile(`${folder}/group`, group, { mode: 0o644 });
}

/**
 * Adds account `libvirt-qemu` and the groups of that name and `kvm`, with free system ids; texts that have them come
 * back unchanged.
 */
export function withLibvirtAccount(passwd: string, group: string): { passwd: string; group: string } {
  const groups = [ACCOUNT, 'kvm'].reduce(
    (text, name) => (idOf(text, name) === undefined ? append(text, `${name}:x:${freeId(text)}:`) : text),
    group,
  );
  if (idOf(passwd, ACCOUNT) !== undefined) return { passwd, group: groups };
  const entry = `${ACCOUNT}:x:${freeId(passwd)}:${idOf(groups, 'kvm') ?? ''}:libvirt:/var/lib/libvirt:/usr/sbin/nologin`;
  return { passwd: append(passwd, entry), group: groups };
}

function idOf(text: string, name: string): string | undefined {
  return entries(text).find(([entry]) => entry === name)?.[2];
}

function freeId(text: string): number {
  const taken = new Set(entries(text).map(([, , id]) => Number(id)));
  return SYSTEM_IDS.find((id) => !taken.has(id)) ?? 64_055;
}

function entries(text: string): readonly string[][] {
  return text.split('\n').map((line) => line.split(':'));
}

function append(text: string, line: string): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}
