import { spawn } from 'node:child_process';

/**
 * Runs several commands at once, at the most `width`, and shows their output one after the other: the first one's as it
 * comes, the others' when those before them have ended. Resolves with the exit statuses, in the order of the jobs.
 * @param {readonly {name: string, steps: readonly (readonly string[])[], last?: readonly string[]}[]} jobs each runs its
 *   `steps` until one fails, then `last` in any case
 */
export async function sideBySide(jobs, width) {
  const shown = inTurn(jobs.map(({ name }) => name));
  const queue = jobs.map((job, place) => ({ ...job, place }));
  const statuses = jobs.map(() => 1);
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const turn = shown(job.place);
      statuses[job.place] = await through(job, turn.write);
      turn.end();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, worker));
  return statuses;
}

async function through({ steps, last }, write) {
  let status = 0;
  for (const step of steps) {
    status = await command(step, write);
    if (status !== 0) break;
  }
  const ended = last ? await command(last, write) : 0;
  return status === 0 ? ended : status;
}

function command([file, ...args], write) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', write);
    child.stderr.on('data', write);
    child.once('error', (error) => (write(`${error.message}\n`), resolve(1)));
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** Output of the first place goes out at once; that of the others waits until all before them have ended. */
function inTurn(names) {
  const places = names.map((name) => ({ name, kept: [], ended: false, begun: false }));
  let live = 0;
  const flush = () => {
    for (let place = places[live]; place?.begun; place = places[live]) {
      for (const chunk of place.kept.splice(0)) process.stdout.write(chunk);
      if (!place.ended) return;
      live++;
    }
  };
  return (index) => {
    const place = places[index];
    place.begun = true;
    place.kept.push(`\n== ${place.name}\n`);
    flush();
    return {
      write: (chunk) => (place.kept.push(chunk), flush()),
      end: () => ((place.ended = true), flush()),
    };
  };
}
