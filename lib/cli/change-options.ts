import { openJournal } from '../journal/write.js';
import type { Hypervisor } from '../hypervisor/open.js';
import type { GuestAccess } from '../operations/guest-session.js';
import { checkAffectWords, type AffectWords } from '../operations/shared/affect.js';
import type { Progress, Recorder } from '../plan/index.js';
import type { ParsedArgs } from './command.js';
import { stateDir, type CliContext } from './context.js';
import { endpointSources } from './endpoint-sources.js';
import { guestAccess, secondsOption } from './open-guest.js';
import { hypervisorFor } from './open-hypervisor.js';

/** What every command that changes a domain gets from the command line. */
export interface ChangeOptions extends AsyncDisposable {
  readonly hypervisor: Hypervisor;
  readonly domain: string;
  readonly affect: AffectWords;
  readonly guest: GuestAccess | null;
  readonly timeoutMs: number;
  readonly lockWaitMs: number;
  readonly stateDir: string;
  readonly dryRun: boolean;
  readonly recorder: () => Recorder;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

// A native slot lets go after 6.3 s, an emulated guest shows a NIC after 1–2 s (measured); 30 s leaves room for both.
const DEFAULT_TIMEOUT_MS = 30_000;

/** Checks what was typed, then opens the hypervisor. */
export async function changeOptions(args: ParsedArgs, context: CliContext): Promise<ChangeOptions> {
  const timeoutMs = secondsOption(args, 'timeout') ?? DEFAULT_TIMEOUT_MS;
  const lockWaitMs = secondsOption(args, 'lock-wait') ?? timeoutMs;
  const dir = stateDir(context, args.text('state-dir'));
  const domain = args.text('domain') ?? '';
  const affect = {
    live: args.flag('live'),
    config: args.flag('config'),
    current: args.flag('current'),
    persistent: args.flag('persistent'),
  };
  checkAffectWords(affect);
  const hypervisor = await hypervisorFor(args, context);
  let journal: ReturnType<typeof openJournal> | undefined;
  return {
    hypervisor,
    domain,
    affect,
    guest: guestAccess(args, context, domain, endpointSources(hypervisor, domain)),
    timeoutMs,
    lockWaitMs,
    stateDir: dir,
    dryRun: args.flag('dry-run'),
    recorder: () => (journal ??= openJournal(dir, context.version)),
    signal: context.signal,
    progress: context.out.progress(),
    async [Symbol.asyncDispose]() {
      journal?.[Symbol.dispose]();
      await hypervisor[Symbol.asyncDispose]();
    },
  };
}
