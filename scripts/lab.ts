// The lab from a checkout, without the built command:
//   node --conditions=source --import tsx scripts/lab.ts up|down|images|status|ssh|exec|restore|refresh [--name NAME] [--hypervisor] [-- COMMAND…]
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureImage } from '../lib/lab/image/ensure.js';
import { outerMachine } from '../lib/lab/hypervisor/index.js';
import { labDown, labExecArgv, labSshArgv, labStatus, labUp } from '../lib/lab/index.js';
import type { LabStatus } from '../lib/lab/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string', default: 'lab' }, hypervisor: { type: 'boolean', default: false } },
});
const [verb = 'status', ...rest] = positionals;
const name = values.name;
const onProgress = (text: string) => process.stderr.write(`${text}\n`);

switch (verb) {
  case 'up': {
    const { hypervisor } = values;
    print(await labUp({ name, hypervisor, cacheDir: `${cacheHome()}/hotnic`, onProgress }));
    break;
  }
  case 'images':
    // Inside a lab there is no way out to the packages: what its tests need is built before.
    for (const flavour of [
      { userland: 'busybox', kernel: 'cloud' },
      { userland: 'debian', kernel: 'full' },
      { userland: 'busybox', kernel: 'full' },
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
  // Of a hypervisor lab: back to the snapshot; the hotnic of now into the machine.
  case 'restore':
    await (await outerMachine(name)).restore();
    break;
  case 'refresh':
    await (await outerMachine(name)).refreshHotnic();
    break;
  case 'ssh':
    run(labSshArgv(await required(), rest[0] ?? '', rest.slice(1)));
    break;
  default:
    process.stderr.write('up, down, status, restore, refresh, exec -- COMMAND, ssh GUEST [-- COMMAND]\n');
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
