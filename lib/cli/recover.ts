import type { ExitCode } from '../errors/hotnic-error.js';
import type { RecoverOptions, RecoveryReport } from '../operations/recovery/index.js';
import type { CommandSpec, ParsedArgs } from './command.js';
import { stateDir, type CliContext } from './context.js';
import { CONNECT_OPTIONS, GUEST_OPTIONS, OUTPUT_OPTIONS, RUN_OPTIONS } from './shared-options.js';

type Recover = (options: RecoverOptions) => Promise<RecoveryReport>;

/** What `journal resume` and `journal undo` take. */
export const RECOVER_SPEC: Pick<CommandSpec, 'positionals' | 'options'> = {
  positionals: [
    {
      name: 'run',
      describe: 'the run, as `hotnic journal list` names it; `last` for the newest',
      required: true,
    },
  ],
  options: { ...CONNECT_OPTIONS, ...GUEST_OPTIONS, ...RUN_OPTIONS, ...OUTPUT_OPTIONS },
};

// The same as a change has: what is left to do is a part of one.
const DEFAULT_TIMEOUT_MS = 30_000;

/** Finishes or undoes the run that was named, on the hypervisor that its record names, and shows how that ended. */
export async function recoverRun(
  args: ParsedArgs,
  context: CliContext,
  choose: (functions: { readonly resumeRun: Recover; readonly undoRun: Recover }) => Recover,
): Promise<ExitCode> {
  const [
    recovery,
    { familyOf },
    { GuestSessions },
    { openJournal },
    { hypervisorAt },
    { guestAccess, secondsOption },
    { endpointSources },
    { namedRun },
    { showReport },
  ] = await Promise.all([
    import('../operations/recovery/recover.js'),
    import('../operations/recovery/family.js'),
    import('../operations/ghosts/guest-sessions.js'),
    import('../journal/write.js'),
    import('./open-hypervisor.js'),
    import('./open-guest.js'),
    import('./endpoint-sources.js'),
    import('./runs.js'),
    import('./report-text.js'),
  ]);
  const timeoutMs = secondsOption(args, 'timeout') ?? DEFAULT_TIMEOUT_MS;
  const lockWaitMs = secondsOption(args, 'lock-wait') ?? timeoutMs;
  const dir = stateDir(context, args.text('state-dir'));
  const run = await namedRun(dir, args.text('run') ?? '');
  const { request } = await familyOf(dir, run);
  const uri = args.text('connect') ?? request.uri;
  await using hypervisor = await hypervisorAt(uri, context);
  const access = (domain: string) => guestAccess(args, context, domain, endpointSources(hypervisor, domain));
  await using guests = new GuestSessions(access);
  let journal: ReturnType<typeof openJournal> | undefined;
  try {
    const report = await choose(recovery)({
      hypervisor,
      stateDir: dir,
      run,
      guest: request.domain === null ? null : access(request.domain.name),
      world: { hypervisor, timeoutMs, guest: (domain, signal) => guests.session(domain, signal) },
      timeoutMs,
      lockWaitMs,
      dryRun: args.flag('dry-run'),
      recorder: () => (journal ??= openJournal(dir, context.version)),
      signal: context.signal,
      progress: context.out.progress(),
    });
    return showReport(report, context.out);
  } finally {
    journal?.[Symbol.dispose]();
  }
}
