import type { CommandSpec } from './command.js';

type Loader = () => Promise<CommandSpec>;

// Each command is a module of its own, loaded when it is chosen: start-up is felt at every command.
const COMMANDS: Readonly<Record<string, Loader>> = {
  list: async () => (await import('./commands/list.js')).list,
  attach: async () => (await import('./commands/attach.js')).attach,
  detach: async () => (await import('./commands/detach.js')).detach,
  update: async () => (await import('./commands/update.js')).update,
  'ghosts scan': async () => (await import('./commands/ghosts-scan.js')).ghostsScan,
  'ghosts explain': async () => (await import('./commands/ghosts-explain.js')).ghostsExplain,
  'ghosts clean': async () => (await import('./commands/ghosts-clean.js')).ghostsClean,
  'guest inspect': async () => (await import('./commands/guest-inspect.js')).guestInspect,
  'guest check': async () => (await import('./commands/guest-check.js')).guestCheck,
  'guest set-endpoint': async () => (await import('./commands/guest-set-endpoint.js')).guestSetEndpoint,
  'nodedev list': async () => (await import('./commands/nodedev-list.js')).nodedevList,
  'nodedev detach': async () => (await import('./commands/nodedev-detach.js')).nodedevDetach,
  'nodedev reset': async () => (await import('./commands/nodedev-reset.js')).nodedevReset,
  'nodedev reattach': async () => (await import('./commands/nodedev-reattach.js')).nodedevReattach,
  'nodedev recover': async () => (await import('./commands/nodedev-recover.js')).nodedevRecover,
  'journal list': async () => (await import('./commands/journal-list.js')).journalList,
  'journal show': async () => (await import('./commands/journal-show.js')).journalShow,
  'journal resume': async () => (await import('./commands/journal-resume.js')).journalResume,
  'journal undo': async () => (await import('./commands/journal-undo.js')).journalUndo,
  'lab up': async () => (await import('./commands/lab-up.js')).labUpCommand,
  'lab down': async () => (await import('./commands/lab-down.js')).labDownCommand,
  'lab status': async () => (await import('./commands/lab-status.js')).labStatusCommand,
  'lab ssh': async () => (await import('./commands/lab-ssh.js')).labSshCommand,
  'lab shell': async () => (await import('./commands/lab-shell.js')).labShellCommand,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
};

/** The command that the first words choose, and the words that are left; null when they choose none. */
export async function chooseCommand(
  argv: readonly string[],
): Promise<{ spec: CommandSpec; rest: readonly string[] } | null> {
  const [first = '', second = ''] = argv;
  for (const [name, words] of [
    [`${first} ${second}`, 2],
    [first, 1],
  ] as const) {
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (load) return { spec: await load(), rest: argv.slice(words) };
  }
  return null;
}

/** Every command, for help and completion. */
export async function allCommands(): Promise<readonly CommandSpec[]> {
  return await Promise.all(Object.values(COMMANDS).map((load) => load()));
}
