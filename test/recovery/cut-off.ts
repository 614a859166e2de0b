import { readFile, rm, writeFile } from 'node:fs/promises';
import { sealLine } from '../../lib/journal/chain.js';
import { readRun } from '../../lib/journal/index.js';
import { runFile } from '../../lib/journal/folder.js';

/**
 * Makes a run that this process brought to its end one that was cut off: its process is another one that is gone, and
 * the lines from the first one on that `until` fits never got to disk.
 */
export async function cutOff(
  stateDir: string,
  id: string,
  until: (entry: { readonly type: string; readonly step?: string }) => boolean,
): Promise<void> {
  const { path } = await readRun(stateDir, id);
  const entries = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; step?: string });
  const end = entries.findIndex(until);
  let chain = id;
  const lines = entries.slice(0, end < 0 ? entries.length : end).map((entry) => {
    const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'chain'));
    const sealed = sealLine(chain, entry.type === 'run-begin' ? { ...rest, process: 'gone:1' } : rest);
    chain = sealed.chain;
    return sealed.line;
  });
  await rm(path);
  await writeFile(runFile(stateDir, id, 'open'), `${lines.join('\n')}\n`);
}
