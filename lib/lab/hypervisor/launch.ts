import { constants } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../../errors/hotnic-error.js';
import { runCommand } from '../command.js';
import type { Holder } from '../namespace.js';
import { enterArgv } from '../namespace.js';
import { processStart } from '../process.js';
import { pidFile, SNAPSHOT } from './machine.js';

/** A process, told from a later one with the same number by when it started. */
export type MachineProcess = Holder;

/**
 * Starts QEMU in the lab's namespaces and resolves when it runs in the background: with the guest's memory loaded, where
 * it goes on from a snapshot.
 * @throws HotnicError `lab-command-failed` with QEMU's own words
 */
export async function launchMachine(
  holder: Holder,
  argv: readonly string[],
  runDir: string,
  signal?: AbortSignal,
): Promise<MachineProcess> {
  await runCommand(enterArgv(holder.pid, argv), { signal, timeoutMs: 120_000 });
  const pid = Number(await readFile(pidFile(runDir), 'utf8'));
  const start = await processStart(pid);
  if (start === undefined) throw new HotnicError('lab-guest-failed', 'QEMU ended as soon as it had started');
  return { pid, start };
}

/**
 * Starts QEMU from a copy of the snapshot `from`. The copy has no name from then on: it vanishes with the process,
 * whatever ends that.
 */
export async function launchFromSnapshot(
  holder: Holder,
  machine: { readonly argv: readonly string[]; readonly disk: string; readonly runDir: string },
  from: string,
  signal?: AbortSignal,
): Promise<MachineProcess> {
  try {
    await copyFile(from, machine.disk, constants.COPYFILE_FICLONE);
    return await launchMachine(holder, [...machine.argv, '-loadvm', SNAPSHOT], machine.runDir, signal);
  } finally {
    await rm(machine.disk, { force: true });
  }
}

/** Ends QEMU and waits until it is gone. */
export async function endMachine(machine: MachineProcess): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await processStart(machine.pid)) === machine.start) {
    if (Date.now() > deadline)
      throw new HotnicError('lab-down-failed', `process ${machine.pid} of the outer machine does not end`);
    process.kill(machine.pid, 'SIGKILL');
    await sleep(20);
  }
}
