import type { Channel } from './channel.js';
import { channelClosed } from './command/errors.js';
import type { Launch, Running } from './command/launch.js';
import { readLocalFile, writeLocalFile } from './local/files.js';

export interface LocalOptions {
  /** Environment of the commands. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Commands and files of this machine. Closing it kills what still runs on it. What starts processes is loaded with
 * the first command: a `hotnic list` only reads files.
 */
export function localChannel(options: LocalOptions = {}): Channel {
  const label = 'this machine';
  const running = new Set<Running>();
  let start: Launch | undefined;
  let closed = false;
  const open = (): void => {
    if (closed) {
      throw channelClosed(label);
    }
  };
  const launch: Launch = async (...args) => {
    open();
    start ??= (await import('./local/launch.js')).localLaunch(label, running, options.env);
    return await start(...args);
  };
  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all([...running].map((one) => one.kill()));
  };
  return {
    label,
    run: async (argv, runOptions) =>
      await (await import('./command/run-to-end.js')).runToEnd(launch, label, argv, runOptions),
    lines: async (argv, linesOptions) =>
      await (await import('./command/open-lines.js')).openLines(launch, label, argv, linesOptions),
    readFile: async (path, fileOptions) => {
      open();
      return readLocalFile(label, path, fileOptions);
    },
    writeFile: async (path, data, fileOptions) => {
      open();
      await writeLocalFile(label, path, data, fileOptions);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
