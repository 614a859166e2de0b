// Ubuntu names its machine types after the release (debian/patches/ubuntu/define-ubuntu-machine-types.patch).
const UBUNTU: Readonly<Record<string, number>> = {
  bionic: 2.11,
  focal: 4.02,
  jammy: 6.02,
  noble: 8.02,
};

/**
 * The QEMU version that a machine type stands for, as a number that sorts (6.1 is 6.01, 2.12 is 2.12); null when the
 * name does not tell: "q35" is whatever that QEMU calls it, and Red Hat's types differ from upstream's of their time.
 */
export function machineVersion(machine: string): number | null {
  const match = /-(\d{1,3})\.(\d{1,2})(\.\d+)?$/.exec(machine);
  if (match) return Number(match[1]) + Number(match[2]) / 100;
  const release = /-(?:q35|i440fx)-([a-z]+)(?:-hpb)?$/.exec(machine)?.[1];
  return release === undefined ? null : (UBUNTU[release] ?? null);
}
