import { EXIT, isHotnicError, type ExitCode } from '../errors/hotnic-error.js';
import type { CommandSpec, ParsedArgs } from './command.js';
import { processContext } from './context.js';
import { errorDocument, errorText } from './error-text.js';
import { fastParse } from './fast-parse.js';
import { interruptSignal } from './interrupt.js';
import { Output, type Streams } from './output.js';
import { allCommands, chooseCommand } from './registry.js';

/** Parses, dispatches, shows. Resolves with the exit code; never throws. */
export async function main(argv: readonly string[], streams: Streams, version: string): Promise<ExitCode> {
  // Whoever reads may have gone (head, a terminal over a line that broke): a change under way goes on all the same.
  for (const stream of [streams.stdout, streams.stderr]) stream.on('error', () => undefined);
  const early = new Output(streams, { json: argv.includes('--json'), quiet: false });
  try {
    const chosen = await parse(argv, new Output(streams, { json: false, quiet: false }), version);
    return chosen === null ? EXIT.done : await run(chosen, streams, version);
  } catch (error) {
    return show(error, early, false);
  }
}

interface Chosen {
  readonly spec: CommandSpec;
  readonly args: ParsedArgs;
}

async function parse(argv: readonly string[], out: Output, version: string): Promise<Chosen | null> {
  const command = await chooseCommand(argv);
  const args = command && fastParse(command.spec, command.rest);
  if (command && args) return { spec: command.spec, args };
  const { yargsParse } = await import('./yargs-parse.js');
  const outcome = await yargsParse(argv, await allCommands(), { version, width: Math.min(out.width, 120) });
  if (outcome.output !== '') out.text(outcome.output);
  return outcome.chosen;
}

async function run({ spec, args }: Chosen, streams: Streams, version: string): Promise<ExitCode> {
  const verbose = args.flag('verbose');
  const log = verbose ? await (await import('./log.js')).openLog() : null;
  const noColor = process.env['NO_COLOR'] ?? '';
  const out = new Output(streams, {
    json: args.flag('json'),
    quiet: args.flag('quiet'),
    redraw: noColor === '',
    log,
  });
  using interrupt = interruptSignal(out);
  try {
    return await spec.run(args, processContext(out, interrupt.signal, version));
  } catch (error) {
    const code = show(error, out, verbose);
    return interrupt.signal.aborted ? EXIT.interrupted : code;
  }
}

function show(error: unknown, out: Output, verbose: boolean): ExitCode {
  out.warn(errorText(error, verbose));
  out.document('hotnic.error/1', errorDocument(error));
  return isHotnicError(error) ? error.exitCode : EXIT.failed;
}
