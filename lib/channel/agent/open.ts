import { atMost } from '../command/deferred.js';
import { channelClosed } from '../command/errors.js';
import type { Launch, Running } from '../command/launch.js';
import { openLines } from '../command/open-lines.js';
import { runToEnd } from '../command/run-to-end.js';
import type { Channel } from '../channel.js';
import { readRemoteFile, writeRemoteFile } from '../ssh/files.js';
import { agentLaunch } from './launch.js';
import { Agent, type AskAgent } from './protocol.js';
import { TIDY } from './start-script.js';

const TIDY_WAIT_MS = 3000;

/**
 * Commands and files of a guest through its guest agent, for when there is no SSH. What runs there is root. Nothing is asked
 * before the first command. Closing kills what still runs and takes away what the commands left in the guest's /run.
 */
export function openAgentChannel(ask: AskAgent, label: string): Channel {
  const agent = new Agent(ask, label);
  const running = new Set<Running>();
  const stale = new Set<string>();
  const start = agentLaunch({ agent, running, stale });
  let closing: Promise<void> | undefined;
  let used = false;
  const launch: Launch = async (...args) => {
    if (closing) throw channelClosed(label);
    used = true;
    return await start(...args);
  };
  const end = async (): Promise<void> => {
    await Promise.all([...running].map((one) => one.kill()));
    if (!used || stale.size === 0) return;
    const tidy = agent.exec('/bin/sh', ['-c', TIDY, 'sh', ...stale]);
    await atMost(TIDY_WAIT_MS, tidy);
  };
  const close = async (): Promise<void> => {
    await (closing ??= end());
  };
  return {
    label,
    run: (argv, options) => runToEnd(launch, label, argv, options),
    lines: (argv, options) => openLines(launch, label, argv, options),
    readFile: (path, options) => readRemoteFile(launch, label, path, options),
    writeFile: (path, data, options) => writeRemoteFile(launch, label, path, data, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}
