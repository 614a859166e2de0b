import type { Holder } from './probe-deep-types.js';

// System calls that send (x86-64: sendto 44, sendmsg 46, sendmmsg 307, write 1, writev 20; arm64: 206, 211, 269, 64, 66),
// from the kernel's system call tables.
const SENDING: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['44', '46', '307', '1', '20'],
  aarch64: ['206', '211', '269', '64', '66'],
};
const MAX_HOLDERS = 50;

/**
 * Reads the "holders" section: packet sockets, who has them open, what these processes' threads wait in. The kernel
 * lists no netdev's references, so nothing here is proof; how likely each is, is said. `ifindexes` are those of the
 * netdev and of what was on it, as far as they are known.
 */
export function readHolders(
  lines: readonly string[],
  machine: string | null,
  ifindexes: readonly number[] = [],
): Holder[] {
  const rows = lines.map((line) => line.split('\t'));
  const of = (tag: string) => rows.filter((row) => row[0] === tag).map((row) => row.slice(1));
  const sockets = new Map(of('packet').map(([inode = '', iface = '']) => [inode, Number(iface)]));
  const descriptors = of('fd').map(([pid, fd, inode]) => ({ pid, fd, inode: inode ?? '' }));
  const tasks = of('task').map(([pid, , syscall = '', wchan = '']) => ({ pid, syscall, wchan }));
  const sending = SENDING[machine ?? ''] ?? [];
  const holders = of('proc').flatMap(([pid = '', startTime = '', state = '', command = '']): Holder[] => {
    if (!/^\d{1,10}$/.test(pid) || !/^\d{1,20}$/.test(startTime) || Number(pid) <= 1) return [];
    const own = descriptors.filter((one) => one.pid === pid && sockets.has(one.inode));
    const sends = tasks.find(({ pid: task, syscall }) => {
      const [number = '', fd = ''] = syscall.split(' ');
      return task === pid && sending.includes(number) && own.some((one) => Number(one.fd) === Number(fd));
    });
    const bound = own.find(({ inode }) => ifindexes.includes(sockets.get(inode) ?? 0));
    const base = { pid: Number(pid), startTime, command: command.slice(0, 64) };
    const wchan = sends?.wchan ?? tasks.find(({ pid: task }) => task === pid)?.wchan ?? '';
    const waits = /^\w{2,64}$/.test(wchan) ? `, waits in ${wchan}` : '';
    if (sends) return [{ ...base, certainty: 'likely', seen: `is sending on a packet socket${waits}` }];
    if (bound) return [{ ...base, certainty: 'likely', seen: 'has a packet socket bound to it' }];
    if (own.length > 0) return [{ ...base, certainty: 'possible', seen: 'has a packet socket' }];
    if (state === 'D') return [{ ...base, certainty: 'possible', seen: `waits uninterruptibly${waits}` }];
    return [];
  });
  return holders
    .sort((a, b) => Number(b.certainty === 'likely') - Number(a.certainty === 'likely'))
    .slice(0, MAX_HOLDERS);
}
