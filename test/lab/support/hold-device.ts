import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that has a tap open, as QEMU would. */
export async function holdTap(name: string): Promise<{ readonly pid: number; end(): Promise<void> }> {
  // TUNSETIFF of linux/if_tun.h with IFF_TAP | IFF_NO_PI.
  return await hold(
    `open('/dev/net/tun', 'r+b', 0); import fcntl, struct; fcntl.ioctl(f, 0x400454ca, struct.pack('16sH22x', b'${name}', 0x1002))`,
  );
}

/** A process that has opened something and sits on it. */
export async function hold(opening: string): Promise<{ readonly pid: number; end(): Promise<void> }> {
  const child = spawn(
    'python3',
    ['-c', `f = ${opening}; print('ready', flush=True); import time; time.sleep(60)`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
