import { execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['bin', 'lib', 'packages/node-libvirt/src'];

/** The command as it is built. */
export interface BuiltCommand {
  readonly path: string;
}

/** How a run of the command ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let building: Promise<BuiltCommand> | undefined;

/** The built command: the one in dist, or where that is older than its sources, one built beside it, once. */
export async function builtCommand(): Promise<BuiltCommand> {
  return await (building ??= build());
}

async function build(): Promise<BuiltCommand> {
  const path = join(TOP, 'dist/bin/hotnic.js');
  const built = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (built > (await newest())) return { path };
  const folder = await mkdtemp(join(tmpdir(), 'hotnic-built-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true });
  });
  // mkdtemp keeps others out; a test runs the command as nobody.
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'dist'));
  // The build writes under its working directory; links let it read the sources and touch nothing else.
  for (const name of ['bin', 'lib', 'node_modules', 'package.json', 'tsconfig.json', 'xml-templates'])
    await symlink(join(TOP, name), join(folder, name));
  await promisify(execFile)(process.execPath, [join(TOP, 'scripts/build.mjs'), '--command'], { cwd: folder });
  return { path: join(folder, 'dist/bin/hotnic.js') };
}

/** Runs the command to its end, without a terminal. `env` is its whole environment beside PATH. */
export async function run(
  { path }: BuiltCommand,
  argv: readonly string[],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly wrapper?: readonly string[];
    readonly onStart?: (pid: number) => void;
  } = {},
): Promise<Run> {
  const [file = '', ...args] = [...(options.wrapper ?? []), process.execPath, path, ...argv];
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const texts = [child.stdout, child.stderr].map((stream) => {
    const text = { value: '' };
    stream.setEncoding('utf8').on('data', (chunk: string) => (text.value += chunk));
    return text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const status = await new Promise<number | null>((settle, fail) =>
    child.once('error', fail).once('close', settle),
  );
  clearTimeout(timer);
  return { status, stdout: texts[0]?.value ?? '', stderr: texts[1]?.value ?? '' };
}

/** Runs the command on a terminal of its own; gives all that the terminal showed. */
export async function onTerminal(
  { path }: BuiltCommand,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const line = [process.execPath, path, ...argv].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (shown += chunk));
  await new Promise((settle, fail) => child.once('error', fail).once('close', settle));
  return shown;
}

async function newest(): Promise<number> {
  const times = await Promise.all(
    SOURCES.map(async (folder) => {
      const files = await readdir(resolve(TOP, folder), { recursive: true, withFileTypes: true });
      const stats = files
        .filter((one) => one.name.endsWith('.ts'))
        .map((one) => stat(join(one.parentPath, one.name)));
      return Math.max(...(await Promise.all(stats)).map(({ mtimeMs }) => mtimeMs));
    }),
  );
  return Math.max(...times);
}
