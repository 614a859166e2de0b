import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HotnicError } from '../errors/hotnic-error.js';
import { runCommand } from './command.js';
import { READY_LINE } from './image/init-files.js';
import type { Holder } from './namespace.js';
import { enterArgv } from './namespace.js';

/** Where a guest shows that it has booted. */
export interface BootSigns {
  readonly serialLog: string;
  /** On 127.0.0.1 of the lab. */
  readonly sshPort: number;
}

/**
 * Waits until a starting guest's SSH server answers. Its console is watched first: each connection attempt costs an
 * emulated guest a tenth of a second of its boot.
 * @throws HotnicError `lab-boot-timeout`, `lab-command-failed` at the deadline; the abort reason.
 */
export async function waitForBoot(
  holder: Holder,
  { serialLog, sshPort }: BootSigns,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await readFile(serialLog, 'utf8').catch(() => '')).includes(READY_LINE)) {
    if (Date.now() > deadline)
      throw new HotnicError('lab-boot-timeout', `the guest did not finish booting in ${timeoutMs} ms`);
    await sleep(50, undefined, signal === undefined ? {} : { signal });
  }
  await banner(holder, sshPort, Math.max(deadline - Date.now(), 5000), signal);
}

/** Whether an SSH server answers within five seconds. */
export async function answersSsh(holder: Holder, port: number, signal?: AbortSignal): Promise<boolean> {
  return banner(holder, port, 5000, signal).then(
    () => true,
    () => {
      signal?.throwIfAborted();
      return false;
    },
  );
}

// QEMU accepts the connection long before the guest does, so only the server's own banner counts.
async function banner(holder: Holder, port: number, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  await runCommand(enterArgv(holder.pid, ['bash', '-c', WAIT, 'wait-for-ssh', `${port}`]), {
    signal,
    timeoutMs,
  });
}

const WAIT = `
until exec 3<>"/dev/tcp/127.0.0.1/$1" && read -r -t 10 banner <&3 && [[ $banner == SSH-* ]]; do
  exec 3>&-
  sleep 0.1
done 2>/dev/null
`;
