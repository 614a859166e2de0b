import { mkdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { HotnicError } from '../errors/hotnic-error.js';
import type { LabPaths } from './paths.js';
import { LAB_MACHINES } from './types.js';

const guestSchema = z.object({
  name: z.string(),
  machine: z.enum([...LAB_MACHINES, 'hypervisor']),
  sshPort: z.number().int(),
});

const processSchema = z.object({ pid: z.number().int(), start: z.string() });

// What it takes to go back to the snapshot, also by a new process.
const hypervisorSchema = z.object({
  process: processSchema,
  argv: z.array(z.string()),
  snapshot: z.string(),
  disk: z.string(),
  packageImage: z.string(),
});

const stateSchema = z.object({
  schema: z.literal('hotnic.lab-state/1'),
  name: z.string(),
  cacheDir: z.string(),
  holder: processSchema,
  guests: z.array(guestSchema),
  hypervisor: hypervisorSchema.optional(),
  timings: z.record(z.string(), z.number()),
});

/** What a lab remembers about itself between commands, in `state.json` of its folder. */
export type LabState = z.infer<typeof stateSchema>;
export type LabGuestState = z.infer<typeof guestSchema>;
export type LabHypervisorState = z.infer<typeof hypervisorSchema>;

/** False for a lab whose bringing up was cut short. */
export function isComplete(state: LabState): boolean {
  return state.timings['total'] !== undefined;
}

/** The lab's state, or null when there is none or it cannot be read as one. */
export async function readState(paths: LabPaths): Promise<LabState | null> {
  const text = await readFile(paths.stateFile, 'utf8').catch(() => 'null');
  try {
    return stateSchema.nullable().parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Reads, changes and writes the state as one step, also against other processes.
 * @throws HotnicError `lab-absent` when there is no state, `lab-busy` when another process keeps it for 10 s.
 */
export async function changeState(
  paths: LabPaths,
  change: (state: LabState) => LabState | Promise<LabState>,
): Promise<void> {
  const lock = `${paths.stateDir}/state.lock`;
  await takeLock(lock, paths.name);
  try {
    const state = await readState(paths);
    if (state === null) throw new HotnicError('lab-absent', `there is no lab named ${paths.name}`);
    await writeState(paths, await change(state));
  } finally {
    await rmdir(lock);
  }
}

async function takeLock(lock: string, name: string): Promise<void> {
  const deadline = Date.now() + LOCK_DEADLINE_MS;
  while (Date.now() < deadline) {
    if (await makeFolder(lock)) return;
    await sleep(20);
  }
  throw new HotnicError('lab-busy', `another command keeps the state of lab ${name}`, {
    next: `if none runs: rmdir ${lock}`,
  });
}

async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const LOCK_DEADLINE_MS = 10_000;

/** Writes the state, and the configuration that tells hotnic where each guest's SSH server is. */
export async function writeState(paths: LabPaths, state: LabState): Promise<void> {
  await replaceFile(paths.configFile, stringify({ guests: endpoints(paths, state) }));
  await replaceFile(paths.stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

function endpoints(paths: LabPaths, state: LabState): Record<string, unknown> {
  const entries = state.guests.map(({ name, sshPort }) => [
    name,
    { ssh: `root@127.0.0.1:${sshPort}`, identity: paths.identity, knownHosts: paths.knownHosts },
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o644 });
  await rename(`${path}.new`, path);
}
