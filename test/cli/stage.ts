import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorldSetup } from 'node-libvirt/simulator';
import { openWorld, type TestWorld } from '../operations/world.js';
import { run, type BuiltCommand, type Run } from './built.js';

/** The built command beside a simulated hypervisor, with state and home of its own. */
export interface Stage extends AsyncDisposable {
  readonly world: TestWorld;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `hotnic ARGV…` against the simulator, without asking guests unless it says how. */
  hotnic(...argv: readonly string[]): Promise<Run>;
  /** The journal's files. */
  journal(): Promise<readonly string[]>;
}

/** The words with which no guest is asked. */
export const NO_GUEST = ['--guest-channel', 'none'] as const;

/** Sets one up; the guest is never asked. */
export async function openStage(command: BuiltCommand, setup: WorldSetup): Promise<Stage> {
  const world = await openWorld(setup);
  const home = await mkdtemp(join(tmpdir(), 'hotnic-home-'));
  const env = { HOME: home, XDG_STATE_HOME: join(home, 'state'), LIBVIRT_DEFAULT_URI: world.uri };
  return {
    world,
    home,
    env,
    hotnic: (...argv) => run(command, argv, { env }),
    journal: () => readdir(join(home, 'state/hotnic/journal')).catch(() => []),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await rm(home, { recursive: true });
    },
  };
}

/** The one JSON document on stdout. */
export function documentOf({ stdout }: Run): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}
