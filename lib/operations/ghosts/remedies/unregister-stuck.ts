import { currentUnregisterWaits } from '../../../guest/unregister-wait.js';
import { holderText } from '../../../verdicts/unregister-stuck.js';
import type { RemedyFinder } from '../remedy.js';

/** Ends the processes that very likely hold the netdev, where the operator asked for that; the reset is the last word. */
export const unregisterStuckCure: RemedyFinder = ({ domain, nic }, scan) => {
  const probe = scan?.probe;
  const waits = probe ? currentUnregisterWaits(probe) : [];
  const wait = waits.find(({ pciPath }) => pciPath === nic.pciPath) ?? waits[0];
  if (domain === null || !scan || !probe || !wait)
    return { remedies: [], byHand: ['end what holds the netdev in the guest'] };
  const likely = (probe.holders ?? []).filter(({ certainty }) => certainty === 'likely');
  const possible = (probe.holders ?? []).filter(({ certainty }) => certainty === 'possible');
  const reset = {
    kind: 'unregister-stuck',
    title: `reset ${domain}`,
    risk: 'guest-reset',
    riskText: 'the guest boots anew without being asked: whatever it has not written is lost',
    acts: [{ act: 'domain-reset', input: { domain, uuid: scan.view.uuid } }],
  } as const;
  const release = {
    kind: 'unregister-stuck',
    title: `end ${likely.map(({ command, pid }) => `${command} (process ${pid})`).join(', ')} in ${domain}`,
    risk: 'data-path',
    riskText: 'these processes of the guest are ended, and whatever they do with other interfaces, too',
    onRequest: 'release-holders',
    acts: [
      {
        act: 'guest-release-holders',
        input: {
          domain,
          netdev: wait.netdev,
          pciPath: wait.pciPath ?? null,
          processes: likely.map(({ pid, startTime, command }) => ({ pid, startTime, command })),
        },
      },
    ],
  } as const;
  return {
    remedies: [...(likely.length > 0 ? [release] : []), reset],
    byHand: [
      ...possible.map((holder) => `may hold it, look at it: ${holderText(holder)}`),
      ...(likely.length + possible.length === 0
        ? ['a kernel reference that no list shows: usually only a reboot of the guest frees it']
        : []),
    ],
  };
};
