// npm run bench: brings a lab up (timed), measures inside it, takes it down, and prints Markdown for docs/performance.md.
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

const LAB = 'bench';
const hotnic = (...words: string[]) => [process.execPath, 'dist/bin/hotnic.js', ...words];

if (process.env['HOTNIC_LAB'] === LAB) {
  const { measureInside } = await import('./inside.js');
  await measureInside();
} else {
  const { measureScan } = await import('./scan.js');
  await measureScan();
  const started = performance.now();
  must(hotnic('lab', 'up', '--name', LAB));
  const upMs = performance.now() - started;
  try {
    say(
      `machine: ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`,
    );
    say(`\n| what | measured |\n| --- | --- |\n| \`hotnic lab up\` | ${(upMs / 1000).toFixed(1)} s |\n`);
    must(
      hotnic(
        'lab',
        'shell',
        '--name',
        LAB,
        '--',
        process.execPath,
        '--conditions=source',
        '--import',
        'tsx/esm',
        'bench/run.ts',
      ),
    );
  } finally {
    must(hotnic('lab', 'down', '--name', LAB, '--quiet'));
  }
}

function must([file = '', ...args]: string[]): void {
  const { status } = spawnSync(file, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status ?? 'a signal'}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
