import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

/**
 * The domain type to use. KVM only where the processor says it can and the device opens: libvirt offers KVM on
 * machines where no guest of it runs.
 */
export async function virtType(): Promise<'kvm' | 'qemu'> {
  const opens = access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return canVirtualise(await readFile('/proc/cpuinfo', 'utf8')) && (await opens) ? 'kvm' : 'qemu';
}

/** True when the text of /proc/cpuinfo has the flag of Intel's or AMD's virtualisation. */
export function canVirtualise(cpuInfo: string): boolean {
  return /^flags\s*:.*\b(vmx|svm)\b/m.test(cpuInfo);
}
