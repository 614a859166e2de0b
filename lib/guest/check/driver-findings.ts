import { readModules } from '../inspect/read-modules.js';
import type { GuestInspection } from '../inspect/inspect-types.js';
import type { CheckFinding } from './check-types.js';

/**
 * Are there drivers for NICs that may come? `lines` is the "drivers-there" section: lines of modinfo, and "missing: TAB
 * MODULE" for what a driver depends on and is not there.
 */
export function driverFindings(
  { probe, nics }: GuestInspection,
  lines: readonly string[],
  modinfo: boolean,
): CheckFinding[] {
  const used = [...new Set(nics.flatMap(({ driver }) => driver ?? []))];
  const findings: CheckFinding[] = [];
  if (!modinfo)
    findings.push({
      topic: 'drivers',
      level: 'warn',
      text: 'whether drivers are there is not known: the guest has no modinfo',
      ...(used.length === 0 ? {} : { why: `in use are ${used.join(', ')}` }),
    });
  const drivers = readModules(lines);
  const names = drivers.map(({ name }) => name);
  const lacking = lines.flatMap((line) => /^missing:\t([\w-]{1,63})$/.exec(line)?.[1] ?? []);
  if (modinfo && drivers.length === 0)
    findings.push({
      topic: 'drivers',
      level: used.length === 0 ? 'fail' : 'warn',
      text: `the guest has no module for any NIC that hotnic knows, for its kernel ${probe.kernel}`,
      why: 'the kernel was updated without a reboot, or its drivers are all built in',
      next: `look for /lib/modules/${probe.kernel} in the guest; reboot it after a kernel update`,
    });
  else if (names.length > 0)
    findings.push({ topic: 'drivers', level: 'ok', text: `drivers that are there: ${names.join(', ')}` });
  for (const { name, vermagic, depends } of drivers) {
    const missing = depends.filter((one) => lacking.includes(one));
    const [release = ''] = (vermagic ?? '').split(' ');
    if (release !== '' && release !== probe.kernel)
      findings.push({
        topic: 'drivers',
        level: 'warn',
        text: `${name} was built for ${release}, the kernel is ${probe.kernel}`,
        why: 'the kernel refuses a module with another vermagic',
        next: 'install the module for the running kernel, or reboot into the kernel that it is for',
      });
    if (missing.length > 0)
      findings.push({
        topic: 'drivers',
        level: 'warn',
        text: `${name} depends on ${missing.join(', ')}, which is not there`,
        next: 'run depmod in the guest, or install the package that brings it',
      });
  }
  return findings;
}
