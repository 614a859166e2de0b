import type { GuestInspection, InspectedNic } from '../inspect/inspect-types.js';
import type { CheckFinding } from './check-types.js';
import type { SocketHolder } from './sockets.js';

/** What of the guest's state stands in the way, beside slots and drivers. */
export function stateFindings(
  { probe, platform, nics }: GuestInspection,
  mounts: readonly string[],
): CheckFinding[] {
  const findings: CheckFinding[] = [];
  if (probe.udev.running && !probe.udev.queueEmpty)
    findings.push({
      topic: 'udev',
      level: 'warn',
      text: 'udev still works on earlier events',
      next: 'udevadm settle',
    });
  else if (probe.udev.running)
    findings.push({ topic: 'udev', level: 'ok', text: 'udev runs and has nothing waiting' });
  if (probe.cloudInit === 'running')
    findings.push({
      topic: 'cloud-init',
      level: 'warn',
      text: 'cloud-init has not finished',
      why: 'it does not take notice of a NIC that comes while it runs',
      next: 'cloud-init status --wait',
    });
  else if (probe.cloudInit === 'finished')
    findings.push({ topic: 'cloud-init', level: 'ok', text: 'cloud-init has finished' });
  findings.push(rights(probe.user.root));
  findings.push(...readOnly(mounts));
  if (platform.adds === 'stopped' || platform.adds === 'at-creation') {
    const source = platform.restrictions.find(({ about }) => about === 'adding');
    findings.push({
      topic: 'platform',
      level: 'warn',
      text: `${platform.name}: ${source?.text ?? 'interfaces cannot be added while it runs'}`,
      ...(source === undefined ? {} : { why: `see ${source.source}` }),
    });
  }
  for (const nic of nics.filter(({ owner }) => owner.conflict))
    findings.push({
      topic: 'configuration',
      level: 'warn',
      text: `${nic.name} would be set up by more than one system: ${nic.owner.systems.join(', ')}`,
      why: nic.owner.evidence.join('; '),
      next: 'leave it to one of them',
    });
  return findings;
}

/** What holds a NIC that is to go. */
export function nicFindings(
  nic: InspectedNic,
  holders: readonly SocketHolder[],
  root: boolean,
): CheckFinding[] {
  const findings: CheckFinding[] = [];
  if (nic.session)
    findings.push({
      topic: 'sockets',
      level: 'fail',
      text: `this session runs over ${nic.name}`,
      why: 'whoever takes it out is cut off from the guest',
      next: 'reach the guest another way (--ssh, --guest-channel agent)',
    });
  const above = [nic.master, ...nic.uppers].filter((name) => name !== null);
  if (above.length > 0)
    findings.push({
      topic: 'configuration',
      level: 'warn',
      text: `${[...new Set(above)].join(', ')} uses ${nic.name}`,
      why: 'it loses a member, or goes with it',
    });
  if (holders.length > 0)
    findings.push({
      topic: 'sockets',
      level: 'warn',
      text: `sockets on ${nic.name}: ${holders.map(({ pid, command, sockets }) => `${command} (${pid}): ${sockets.join(', ')}`).join('; ')}`,
      why: 'their connections end with it; a packet socket that is in use can keep the kernel waiting for it',
    });
  else
    findings.push(
      root
        ? { topic: 'sockets', level: 'ok', text: `no process holds a socket on ${nic.name}` }
        : {
            topic: 'sockets',
            level: 'warn',
            text: `who holds sockets on ${nic.name} is not known`,
            why: 'only root sees the sockets of others',
          },
    );
  return findings;
}

function rights(root: 'already' | 'sudo' | 'no'): CheckFinding {
  if (root === 'already') return { topic: 'rights', level: 'ok', text: 'this user is root' };
  if (root === 'sudo') return { topic: 'rights', level: 'ok', text: 'sudo works without a password' };
  return {
    topic: 'rights',
    level: 'fail',
    text: 'this user is not root, and sudo does not work without a password',
    why: 'the guest lets only its root change network interfaces',
    next: 'log in as root, or allow this user sudo without a password',
  };
}

/** The last mount of a place is the one that counts. */
function readOnly(mounts: readonly string[]): CheckFinding[] {
  const now = new Map(
    mounts.map((line) => line.split(' ')).map(([, place = '', , options = '']) => [place, options]),
  );
  const places = [...now].filter(([, options]) => options.split(',').includes('ro')).map(([place]) => place);
  if (places.length === 0) return [];
  return [
    {
      topic: 'files',
      level: 'warn',
      text: `read-only: ${places.join(', ')}`,
      why: 'nothing can be made to last there',
    },
  ];
}
