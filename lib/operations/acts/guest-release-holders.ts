import { z } from 'zod';
import { HotnicError } from '../../errors/hotnic-error.js';
import { END_PROCESSES } from '../../guest/scripts/processes.js';
import { currentUnregisterWaits } from '../../guest/unregister-wait.js';
import type { Act } from './act.js';
import { awaitGuest, domainField, inGuestOf, pciPathField } from './guest-target.js';

const input = z.object({
  domain: domainField,
  netdev: z.string().regex(/^[^/:\s]{1,15}$/),
  pciPath: pciPathField.nullable(),
  processes: z
    .array(
      z.object({
        pid: z.number().int().min(2).max(4_194_304),
        startTime: z.string().regex(/^\d{1,20}$/),
        command: z.string().max(64),
      }),
    )
    .min(1)
    .max(50),
});
type Input = z.infer<typeof input>;

// Between asking a process to end and killing it: what dhclient and tcpdump need to write what they have.
const GRACE_S = 3;

/**
 * Ends the processes that hold a netdev which the guest's kernel cannot let go: SIGTERM, and SIGKILL after 3 s. Only
 * those that were found, known by id and start time. Nothing can be put back.
 */
export const guestReleaseHolders: Act<Input> = {
  name: 'guest-release-holders',
  input,
  describe: ({ domain, netdev, processes }) =>
    `in ${domain}: end ${processes.map(({ pid, command }) => `${command} (process ${pid})`).join(', ')}, which hold${processes.length === 1 ? 's' : ''} ${netdev}: SIGTERM, SIGKILL after ${GRACE_S} s`,
  async run({ domain, processes }, world, context) {
    const pairs = processes.flatMap(({ pid, startTime }) => [String(pid), startTime]);
    const attempted = 'end the processes that hold the netdev';
    const { said } = await inGuestOf(domain, world, context, attempted, END_PROCESSES, [
      String(GRACE_S),
      ...pairs,
    ]);
    const left = (said.get('left') ?? '').trim();
    if (left !== '')
      throw new HotnicError('guest-holders-left', `processes of ${domain} did not end: ${left}`, {
        why: 'a process that waits uninterruptibly in the kernel cannot be killed',
        next: `reset ${domain}`,
      });
    return { killed: (said.get('killed') ?? '').trim(), gone: (said.get('other') ?? '').trim() };
  },
  async confirm({ domain, netdev, pciPath }, world, context) {
    const freed = await awaitGuest(domain, world, context, `${netdev} to become free`, (probe) =>
      pciPath === null
        ? currentUnregisterWaits(probe).every((wait) => wait.netdev !== netdev)
        : probe.pci.every(({ path }) => path !== pciPath) ||
          probe.netdevs.some((one) => one.pciPath === pciPath),
    );
    if (freed) return;
    throw new HotnicError(
      'unregister-stuck',
      `the processes are gone, and ${netdev} is still held in ${domain}`,
      {
        why: 'a kernel reference that no list shows',
        next: `reset ${domain}: usually only that frees it`,
      },
    );
  },
};
