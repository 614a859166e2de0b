// The lab from a checkout, without the built command:
//   node --conditions=source --import tsx scripts/lab.ts up|down|images|status|ssh|exec [--name NAME] [-- COMMAND…]
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureImage } from '../lib/lab/image/ensure.js';
import { labDown, labExecArgv, labSshArgv, labStatus, labUp } from '../lib/lab/index.js';
import type { LabStatus } from '../lib/lab/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string', default: 'lab' } },
});
const [verb = 'status', ...rest] = positionals;
const name = values.name;
const onProgress = (text: string) => process.stderr.write(`${text}\n`);

switch (verb) {
  case 'up': {
    print(await labUp({ name, cacheDir: `${cacheHome()}/hotnic`, onProgress }));
    break;
  }
  case 'images':
    // Inside a lab there is no way out to the packages: what its tests need is built before.
    for (const flavour of [
      { userland: 'busybox', kernel: 'cloud' },
      { userland: 'debian', kernel: 'full' },
    ] as const)
      await ensureImage(flavour, { cacheDir: `${cacheHome()}/hotnic`, onProgress });
    break;
  case 'down':
    await labDown({ name, onProgress });
    break;
  case 'status':
    print(await labStatus({ name }));
    break;
  case 'exec':
    run(labExecArgv(await required(), rest));
    break;
  case 'ssh':
    run(labSshArgv(await required(), rest[0] ?? '', rest.slice(1)));
    break;
  default:
    process.stderr.write('up, down, status, exec -- COMMAND, ssh GUEST [-- COMMAND]\n');
    process.exitCode = 2;
}

function cacheHome(): string {
  return process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache`;
}

async function required(): Promise<LabStatus> {
  const status = await labStatus({ name });
  if (status === null) throw new Error(`no lab named ${name}`);
  return status;
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function run(argv: readonly string[]): void {
  const [file = '', ...args] = argv;
  process.exitCode = spawnSync(file, args, { stdio: 'inherit' }).status ?? 1;
}
