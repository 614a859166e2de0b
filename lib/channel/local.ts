import type { Channel } from './channel.js';
import { channelClosed } from './command/errors.js';
import type { Launch, Running } from './command/launch.js';
import { openLines } from './command/open-lines.js';
import { runToEnd } from './command/run-to-end.js';
import { readLocalFile, writeLocalFile } from './local/files.js';
import { localLaunch } from './local/launch.js';

export interface LocalOptions {
  /** Environment of the commands. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Commands and files of this machine. Closing it kills what still runs on it. */
export function localChannel(options: LocalOptions = {}): Channel {
  const label = 'this machine';
  const running = new Set<Running>();
  const start = localLaunch(label, running, options.env);
  let closed = false;
  const open = (): void => {
    if (closed) {
      throw channelClosed(label);
    }
  };
  const launch: Launch = async (...args) => {
    open();
    return start(...args);
  };
  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all([...running].map((one) => one.kill()));
  };
  return {
    label,
    run: (argv, runOptions) => runToEnd(launch, label, argv, runOptions),
    lines: (argv, linesOptions) => openLines(launch, label, argv, linesOptions),
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
