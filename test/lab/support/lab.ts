import { readFileSync } from 'node:fs';
import { connect, type Connection } from 'node-libvirt';
import { parse } from 'yaml';
import { sshChannel, type Channel } from '../../../lib/channel/index.js';
import { parseSshTarget } from '../../../lib/channel/index.js';
import type { GuestAccess } from '../../../lib/operations/guest-session.js';

/** The three machines of the lab, as DEFAULT_GUESTS names them. */
export const MACHINES = ['lab-q35', 'lab-q35-native', 'lab-i440fx'] as const;

interface Entry {
  readonly ssh: string;
  readonly identity: string;
  readonly knownHosts: string;
}

/** The tests run inside the lab; outside of it there is nothing to test against, and that is a failure. */
export const LAB = process.env['HOTNIC_LAB'] ?? outside();

function outside(): never {
  throw new Error('these tests run inside the lab: npm run test:lab');
}

/** Opens a new SSH connection to a guest, checked against the lab's known_hosts. */
export async function openGuestChannel(guest: string): Promise<Channel> {
  const entry = entryOf(guest);
  const endpoint = {
    ...parseSshTarget(entry.ssh),
    identity: [entry.identity],
    knownHosts: [entry.knownHosts],
  };
  return await sshChannel(endpoint, { environment: { home: '/root', user: 'root' } });
}

/** The same as an operation takes it. */
export function guestAccess(guest: string): GuestAccess {
  return { label: guest, open: () => openGuestChannel(guest) };
}

/**
 * One SSH connection for many operations, each of which closes only its own commands. On an emulated guest two
 * handshakes are half of a cycle's work.
 */
export async function sharedGuest(
  guest: string,
): Promise<AsyncDisposable & { readonly access: GuestAccess }> {
  const channel = await openGuestChannel(guest);
  const kept: Channel = {
    label: channel.label,
    run: (argv, options) => channel.run(argv, options),
    lines: (argv, options) => channel.lines(argv, options),
    readFile: (path, options) => channel.readFile(path, options),
    writeFile: (path, data, options) => channel.writeFile(path, data, options),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return {
    access: { label: guest, open: () => Promise.resolve(kept) },
    [Symbol.asyncDispose]: () => channel.close(),
  };
}

/** Where a guest answers SSH. */
export function entryOf(guest: string): Entry {
  // Read anew each time: guests come and go with the tests.
  const config = parse(readFileSync(process.env['HOTNIC_CONFIG'] ?? '', 'utf8')) as {
    guests: Record<string, Entry>;
  };
  const entry = config.guests[guest];
  if (!entry) throw new Error(`the lab has no guest ${guest}`);
  return entry;
}

/** Runs a command in a guest and gives its output; throws when it fails. */
export async function inGuest(guest: string, ...argv: string[]): Promise<string> {
  await using channel = await openGuestChannel(guest);
  const { status, stdout, stderr } = await channel.run(argv, { timeoutMs: 60_000 });
  if (status !== 0) throw new Error(`${argv.join(' ')} in ${guest}: ${status ?? 'killed'}: ${stderr}`);
  return stdout.trim();
}

/** A connection to the lab's libvirtd. */
export async function libvirt(): Promise<Connection> {
  return await connect('qemu:///system');
}

export { labAddGuest, labRemoveGuest } from '../../../lib/lab/index.js';
