// The speed of a scan of many domains beside python3-libvirt that only parses their XML. Run by bench/run.ts, or alone:
//   node --conditions=source --import tsx/esm bench/scan.ts [ROUNDS]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manyDomains } from './scan-hypervisor.js';

const COMMAND = fileURLToPath(new URL('../dist/bin/hotnic.js', import.meta.url));

// All that the C library's own binding has to do to know the NICs of both definitions.
const PYTHON = `
import libvirt, sys
from xml.etree import ElementTree
found = []
for domain in libvirt.open(sys.argv[1]).listAllDomains():
    for flags in (0, libvirt.VIR_DOMAIN_XML_INACTIVE):
        for nic in ElementTree.fromstring(domain.XMLDesc(flags)).iter('interface'):
            found.append((domain.name(), nic.get('type'), nic.find('mac').get('address')))
print(len(found))
`;

interface Measured {
  readonly ms: number;
  /** Processor time, which a busy machine changes less. */
  readonly cpuMs: number;
  /** Peak resident memory. */
  readonly rssKiB: number;
}

/** Measures and prints Markdown: medians of `rounds`, the two programs taking turns. */
export async function measureScan(rounds = 10): Promise<void> {
  const state = mkdtempSync(join(tmpdir(), 'hotnic-bench-'));
  try {
    const thousand = await both(1000, rounds, state);
    const four = await both(4000, Math.max(3, Math.floor(rounds / 2)), state);
    say(
      '| domains | `hotnic ghosts scan --all --guest-channel none` | python3-libvirt, XML alone | ratio | processor time of the two | memory of hotnic |',
    );
    say('| --- | --- | --- | --- | --- | --- |');
    for (const [count, { hotnic, python }] of [
      [1000, thousand],
      [4000, four],
    ] as const)
      say(
        `| ${count} | ${hotnic.ms.toFixed(0)} ms | ${python.ms.toFixed(0)} ms | ${(hotnic.ms / python.ms).toFixed(2)} | ${hotnic.cpuMs.toFixed(0)}, ${python.cpuMs.toFixed(0)} ms | ${(hotnic.rssKiB / 1024).toFixed(0)} MiB |`,
      );
    say(`\n4,000 domains take ${(four.hotnic.ms / thousand.hotnic.ms).toFixed(2)} × the time of 1,000`);
  } finally {
    rmSync(state, { recursive: true });
  }
}

async function both(
  count: number,
  rounds: number,
  state: string,
): Promise<{ hotnic: Measured; python: Measured }> {
  await using many = await manyDomains(count);
  const hotnic: Measured[] = [];
  const python: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    python.push(timed(['/usr/bin/python3', '-c', PYTHON, many.nativeUri]));
    hotnic.push(
      timed(
        [
          process.execPath,
          COMMAND,
          'ghosts',
          'scan',
          '--all',
          '--guest-channel',
          'none',
          '-c',
          many.uri,
          '-q',
        ],
        { XDG_STATE_HOME: state },
      ),
    );
  }
  return { hotnic: median(hotnic), python: median(python) };
}

function timed(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Measured {
  const { status, stderr } = spawnSync('/usr/bin/python3', ['-c', MEASURE, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const match = /^(\d+) (\d+\.\d+) (\d+\.\d+)\n$/.exec(stderr.slice(stderr.lastIndexOf('#') + 1));
  if (status !== 0 || !match) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return { ms: Number(match[2]) * 1000, cpuMs: Number(match[3]) * 1000, rssKiB: Number(match[1]) };
}

// Takes the time, the processor time and the peak memory of a child, without its own start.
const MEASURE = `
import os, resource, subprocess, sys, time
began = time.monotonic()
status = subprocess.call(sys.argv[1:])
took = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.write('#%d %.4f %.4f\\n' % (used.ru_maxrss, took, used.ru_utime + used.ru_stime))
sys.exit(status)
`;

function median(all: readonly Measured[]): Measured {
  const middle = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  return {
    ms: middle(all.map(({ ms }) => ms)),
    cpuMs: middle(all.map(({ cpuMs }) => cpuMs)),
    rssKiB: middle(all.map(({ rssKiB }) => rssKiB)),
  };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await measureScan(Number(process.argv[2] ?? 10));
