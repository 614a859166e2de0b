import { usageError, type ExitCode } from '../../errors/hotnic-error.js';
import { isGhost } from '../../operations/ghosts/ghost.js';
import { RISKS, type Risk } from '../../operations/ghosts/remedy.js';
import { VERDICT_KINDS, type VerdictKind } from '../../verdicts/index.js';
import type { CommandSpec, ParsedArgs } from '../command.js';
import { stateDir, type CliContext } from '../context.js';
import { ALL_OPTION, domainWords, findAccess, SCAN_OPTIONS, scanOptions } from '../scan-command.js';
import {
  CONNECT_OPTIONS,
  GUEST_OPTIONS,
  OUTPUT_OPTIONS,
  STATE_OPTIONS,
  WAIT_OPTIONS,
} from '../shared-options.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** `hotnic ghosts clean [DOMAIN…]`. */
export const ghostsClean: CommandSpec = {
  name: 'ghosts clean',
  describe: 'show the plans that would cure the ghosts; --apply runs them',
  positionals: [{ name: 'domain', describe: 'names or UUIDs; all domains without one', multiple: true }],
  options: {
    ...ALL_OPTION,
    apply: { type: 'boolean', describe: 'run the plans; without it nothing is changed' },
    kind: {
      type: 'string',
      multiple: true,
      choices: VERDICT_KINDS.filter(isGhost),
      placeholder: 'KIND',
      describe: 'only ghosts of this kind; may be repeated',
    },
    nic: {
      type: 'string',
      placeholder: 'NIC',
      describe: 'only this one: MAC, alias, target, name, PCI address',
    },
    'max-risk': {
      type: 'string',
      choices: [...RISKS],
      describe: 'what a remedy may cost at most (default: link-flap)',
    },
    choose: {
      type: 'string',
      placeholder: 'NUMBER',
      describe: 'the remedy to take, as explain numbers them',
    },
    'release-holders': {
      type: 'boolean',
      describe: 'end the processes of a guest that hold a netdev which will not unregister',
    },
    ...SCAN_OPTIONS,
    ...CONNECT_OPTIONS,
    ...GUEST_OPTIONS,
    ...WAIT_OPTIONS,
    ...STATE_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['hotnic ghosts clean', 'what would be done about every ghost'],
    ['hotnic ghosts clean web1 --apply', 'cure one domain, as far as a link may flap'],
    ['hotnic ghosts clean --kind host-orphan --max-risk none --apply', 'leftovers of the host alone'],
  ],
  async run(args: ParsedArgs, context: CliContext): Promise<ExitCode> {
    const domains = domainWords(args);
    const [{ hypervisorFor }, { clean }, { cleanText }, { openJournal }, { secondsOption }] =
      await Promise.all([
        import('../open-hypervisor.js'),
        import('../../operations/ghosts/clean.js'),
        import('../ghosts-clean-text.js'),
        import('../../journal/write.js'),
        import('../open-guest.js'),
      ]);
    const choose = chooseOption(args);
    const timeoutMs = secondsOption(args, 'timeout') ?? DEFAULT_TIMEOUT_MS;
    await using hypervisor = await hypervisorFor(args, context);
    const state = stateDir(context, args.text('state-dir'));
    const report = await clean({
      ...scanOptions(args, context, hypervisor, domains),
      access: findAccess(args, context, hypervisor),
      kinds: args.list('kind') as readonly VerdictKind[],
      nic: args.text('nic') ?? null,
      maxRisk: (args.text('max-risk') ?? 'link-flap') as Risk,
      choose,
      releaseHolders: args.flag('release-holders'),
      apply: args.flag('apply'),
      timeoutMs,
      stateDir: state,
      lockWaitMs: secondsOption(args, 'lock-wait') ?? timeoutMs,
      openRun: () => openJournal(state, context.version),
      progress: context.out.progress(),
    });
    context.out.document(report.schema, report);
    context.out.text(cleanText(report));
    return report.exitCode;
  },
};

function chooseOption(args: ParsedArgs): number | null {
  const text = args.text('choose');
  if (text === undefined) return null;
  if (!/^[1-9][0-9]?$/.test(text))
    throw usageError(
      'number-invalid',
      `--choose takes the number of a remedy, not ${JSON.stringify(text)}`,
      'hotnic ghosts explain NIC numbers them',
    );
  return Number(text);
}
