import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isHotnicError } from '../errors/hotnic-error.js';
import type { ParsedArgs } from './command.js';
import { stateDir, type CliContext } from './context.js';
import { hypervisorFor } from './open-hypervisor.js';

/** One thing that was looked at. `fail`: hotnic cannot work without it. `warn`: some of it cannot. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly next?: string;
}

/** Looks at everything that hotnic needs on this machine. Changes nothing. */
export async function examine(args: ParsedArgs, context: CliContext): Promise<readonly Finding[]> {
  const found = await Promise.all([
    libvirt(args, context),
    schema(),
    journal(args, context),
    agent(context),
    leases(context),
    lab(),
  ]);
  return [...node(), ...found.flat()];
}

function node(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return [
    enough
      ? { level: 'ok', text: `Node ${process.version}` }
      : { level: 'fail', text: `Node ${process.version} is too old`, next: 'install Node 20.19 or newer' },
  ];
}

async function libvirt(args: ParsedArgs, context: CliContext): Promise<Finding[]> {
  try {
    await using hypervisor = await hypervisorFor(args, context);
    const [version, domains, host] = await Promise.all([
      hypervisor.act.getLibVersion(),
      hypervisor.act.listAllDomains(),
      hypervisor.act.getHostname(),
    ]);
    const text = [Math.floor(version / 1_000_000), Math.floor(version / 1000) % 1000, version % 1000].join(
      '.',
    );
    return [
      { level: 'ok', text: `libvirt ${text} at ${hypervisor.uri} on ${host}: ${domains.length} domains` },
    ];
  } catch (error) {
    const next = isHotnicError(error) ? error.details.next : undefined;
    return [
      {
        level: 'fail',
        text: error instanceof Error ? error.message : String(error),
        ...(next === undefined ? {} : { next }),
      },
    ];
  }
}

async function schema(): Promise<Finding[]> {
  const path = '/usr/share/libvirt/schemas/domaincommon.rng';
  return (await exists(path))
    ? [{ level: 'ok', text: `libvirt's schema is here: interface XML is checked against ${path}` }]
    : [
        {
          level: 'warn',
          text: 'libvirt’s schema is not on this machine: interface XML gets structural checks alone',
          next: 'apt-get install libvirt-daemon (it brings /usr/share/libvirt/schemas)',
        },
      ];
}

async function journal(args: ParsedArgs, context: CliContext): Promise<Finding[]> {
  const dir = stateDir(context, args.text('state-dir'));
  try {
    await access(await nearestExisting(dir), constants.W_OK);
    return [{ level: 'ok', text: `the journal can be written in ${dir}` }];
  } catch {
    return [
      {
        level: 'fail',
        text: `the journal cannot be written in ${dir}`,
        next: `make it writable, or name another folder with --state-dir`,
      },
    ];
  }
}

async function agent(context: CliContext): Promise<Finding[]> {
  const socket = context.env['SSH_AUTH_SOCK'];
  const keys = await Promise.all(
    ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => exists(`${context.home}/.ssh/${name}`)),
  );
  if (socket !== undefined && (await exists(socket)))
    return [{ level: 'ok', text: 'an ssh-agent is running' }];
  if (keys.includes(true)) return [{ level: 'ok', text: `there is an SSH key in ${context.home}/.ssh` }];
  return [
    {
      level: 'warn',
      text: 'there is neither an ssh-agent nor an SSH key: guests can be asked only with --identity',
      next: 'ssh-keygen -t ed25519, and put its public half into the guests',
    },
  ];
}

/** Stale leases are dropped through dnsmasq's own tool; without it `ghosts clean` can only say what to type. */
async function leases(context: CliContext): Promise<Finding[]> {
  const folders = [...(context.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  const there = await Promise.all(folders.map((folder) => exists(`${folder}/dhcp_release`)));
  if (there.includes(true)) return [{ level: 'ok', text: 'stale DHCP leases can be dropped (dhcp_release)' }];
  return [
    {
      level: 'warn',
      text: 'dhcp_release is not on this machine: stale DHCP leases cannot be dropped by hotnic',
      next: 'apt-get install dnsmasq-utils',
    },
  ];
}

async function lab(): Promise<Finding[]> {
  const { labRequirements } = await import('../lab/index.js');
  const { missing, command, supported } = await labRequirements();
  if (!supported)
    return [{ level: 'warn', text: 'the lab needs Debian or Ubuntu: its guests are made of their packages' }];
  if (missing.length === 0) return [{ level: 'ok', text: 'the lab has all it needs' }];
  return [
    {
      level: 'warn',
      text: `the lab lacks ${missing.map(({ part }) => part).join(', ')}`,
      ...(command === undefined ? {} : { next: command }),
    },
  ];
}

/** The folder itself, or the one above it in which it would be made. */
async function nearestExisting(dir: string): Promise<string> {
  let folder = dir;
  while (folder !== dirname(folder) && !(await exists(folder))) folder = dirname(folder);
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
