// Measures node-libvirt against python3-libvirt (the C library) and virsh on one daemon of its own, test:///default:
// After npm run build, on a quiet machine:
//   node --conditions=source --import tsx/esm bench/client.ts [ROUNDS]
// Each round runs all of them one after another, so that what else the machine does falls on each alike; the median of
// the rounds and the ratio to python are printed as JSON.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type Connection } from 'node-libvirt';
import { startRealDaemon } from '../packages/node-libvirt/test/support/real-daemon.js';

const here = dirname(fileURLToPath(import.meta.url));
const rounds = Number(process.argv[2] ?? 5);
const FIGURES = ['open', 'sequential', 'pipelined', 'nics', 'import', 'memory'] as const;
type Figures = Partial<Record<(typeof FIGURES)[number], number>>;

const daemon = await startRealDaemon();
try {
  const uri = daemon.uri('test', 'default');
  // The test driver forgets its domains with its last client.
  await using holder = await connect(uri, { timeoutMs: 120_000 });
  await defineDomains(holder);
  const all = { node: [] as Figures[], python: [] as Figures[], virsh: [] as Figures[] };
  for (let round = 0; round < rounds; round += 1) {
    all.node.push(run(process.execPath, ['--expose-gc', join(here, 'client-node.mjs'), uri]));
    all.python.push(run('/usr/bin/python3', [join(here, 'client-python.py'), pythonUri(uri)]));
    all.virsh.push({ open: virsh(uri) });
  }
  const result = Object.fromEntries(
    FIGURES.map((figure) => {
      const [ours, python, shell] = [all.node, all.python, all.virsh].map((runs) => median(runs, figure));
      return [
        figure,
        { node: ours, python, virsh: shell, ratio: ours && python ? round2(ours / python) : null },
      ];
    }),
  );
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  await daemon.stop();
}

/** 1,000 domains of four NICs each, for the figure "nics". */
async function defineDomains(connection: Connection): Promise<void> {
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
  for (let index = 0; index < 1000; index += 1) {
    const nics = [0, 1, 2, 3].map((nic) => {
      const mac = ['52', '54', '00', hex(index >> 8), hex(index & 255), hex(nic)].join(':');
      return `<interface type='network'><mac address='${mac}'/><source network='default'/></interface>`;
    });
    await connection.domainDefineXML(
      `<domain type='test'><name>d${index}</name><memory>1024</memory><os><type>hvm</type></os><devices>${nics.join('')}</devices></domain>`,
    );
  }
}

/** The C library connects through the daemon only where the URI names a transport. */
function pythonUri(uri: string): string {
  return uri.replace('test:', 'test+unix:');
}

function run(file: string, args: readonly string[]): Figures {
  const text = execFileSync(file, args, { encoding: 'utf8', timeout: 300_000 });
  return JSON.parse(text === '' ? '{}' : text) as Figures;
}

function virsh(uri: string): number {
  const started = performance.now();
  execFileSync('virsh', ['--quiet', '-c', pythonUri(uri), 'hostname']);
  return performance.now() - started;
}

function median(runs: readonly Figures[], figure: keyof Figures): number | null {
  const values = runs.flatMap((run) => run[figure] ?? []).sort((one, other) => one - other);
  const middle = values[Math.floor(values.length / 2)];
  return middle === undefined ? null : round2(middle);
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
