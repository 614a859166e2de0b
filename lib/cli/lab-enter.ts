import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { HotnicError, type ExitCode } from '../errors/hotnic-error.js';
import { labStatus, type LabStatus } from '../lab/index.js';

/** The lab that is up. Throws HotnicError `lab-down` when it is not. */
export async function runningLab(name: string | undefined, signal: AbortSignal): Promise<LabStatus> {
  const status = await labStatus({ name, signal });
  if (status) return status;
  throw new HotnicError('lab-down', `the lab ${name ?? 'lab'} is not up`, {
    next: `hotnic lab up${name === undefined ? '' : ` --name ${name}`}`,
  });
}

/** Runs a program on this terminal and gives its exit status. */
export async function onTerminal(argv: readonly string[]): Promise<ExitCode> {
  const [file = '', ...args] = argv;
  // The terminal's interrupt goes to the program itself; hotnic only waits for its end.
  const program = spawn(file, args, { stdio: 'inherit' });
  const [status] = (await once(program, 'exit')) as [number | null];
  // The program's own status is the result here, whatever number it is.
  return (status ?? 1) as ExitCode;
}
