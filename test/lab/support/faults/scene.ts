import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AffectFlags } from 'node-libvirt';
import { openJournal } from '../../../../lib/journal/index.js';
import { GuestSessions } from '../../../../lib/operations/ghosts/guest-sessions.js';
import { resumeRun, undoRun, type RecoveryReport } from '../../../../lib/operations/recovery/index.js';
import { worldOf, type Told } from '../crash/operations.js';
import { nicXml, put, takeAway } from '../crash/scenery.js';
import { sh } from '../host-world.js';
import { entryOf, guestAccess, libvirt, sharedGuest } from '../lab.js';
import { hypervisor } from '../operations.js';
import { definitions } from '../state.js';
import type { FaultCase, Operation } from './cases.js';
import { FAULTS, type Fault, type Scene } from './faults.js';
import { AT_THE_POINT, type FaultOrder } from './order.js';
import { proxyTo } from './proxy.js';

/** What came of an operation to which a fault happened. */
export interface Faulted {
  /** It came to the step at all. */
  readonly reached: boolean;
  readonly told: Told | null;
  /** Everything that the process said. */
  readonly said: string;
}

/** A domain with a way to its guest that can be cut, and a journal on a file system that can be filled. */
export interface OpenScene extends Scene, AsyncDisposable {
  /** Puts the NIC into the definitions named, and takes it out of the others. */
  make(wanted: { readonly live: boolean; readonly config: boolean }): Promise<void>;
  /** Runs the operation in a process of its own, and lets the fault happen when it is there. */
  carryOut(operation: Operation, at: Pick<FaultCase, 'step' | 'moment'>, fault: Fault): Promise<Faulted>;
  recover(how: 'resume' | 'undo', run: string): Promise<RecoveryReport>;
  /** Ends the fault, if there is one. */
  mend(): Promise<void>;
  /** Ends the fault and forgets its run, whatever a test has come to. */
  settle(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
const SILENT = { info() {}, waiting() {}, step() {} };
const MAC = '52:54:00:fa:17:01';
const TIMEOUT_MS = 10_000;

export async function openScene(domain: string): Promise<OpenScene> {
  const { ssh, identity, knownHosts } = entryOf(domain);
  const port = Number(ssh.split(':').at(-1));
  const proxy = await proxyTo(port);
  const folder = mkdtempSync(join(tmpdir(), 'hotnic-faults-'));
  const stateDir = join(folder, 'state');
  sh(`mkdir ${stateDir}; mount -t tmpfs -o size=1m tmpfs ${stateDir}`);
  const hosts = join(folder, 'known_hosts');
  writeFileSync(hosts, readFileSync(knownHosts, 'utf8').replaceAll(`]:${port} `, `]:${proxy.port} `));
  const goOn = join(folder, 'go-on');
  let broken: Fault | null = null;
  const scene: Scene = { domain, proxy, stateDir };
  const mend = async () => {
    const fault = broken;
    broken = null;
    await fault?.mend(scene);
  };

  return {
    ...scene,
    async make(wanted) {
      await using at = await hypervisor();
      await using connection = await libvirt();
      await using guest = await sharedGuest(domain);
      const stage = { hypervisor: at, connection, guest: guest.access, domain };
      const there = async () => {
        const { live, config } = await definitions(connection, domain);
        const has = (all: readonly string[]) => all.some((xml) => xml.includes(MAC));
        return { live: has(live), config: has(config) };
      };
      const handle = await connection.domainLookupByName(domain);
      if (wanted.live) {
        const now = await there();
        if (now.live !== now.config) await takeAway(stage, MAC);
        await put(stage, MAC);
        return;
      }
      if ((await there()).live) await takeAway(stage, MAC);
      const now = await there();
      if (now.config && !wanted.config) await handle.detachDeviceFlags(nicXml(MAC), AffectFlags.CONFIG);
      if (!now.config && wanted.config) await handle.attachDeviceFlags(nicXml(MAC), AffectFlags.CONFIG);
    },
    async carryOut({ operation, input }, { step, moment }, fault) {
      rmSync(goOn, { force: true });
      const way = { port: proxy.port, identity, knownHosts: hosts };
      const order: FaultOrder = {
        ...{ operation, input, stateDir, step, moment, goOn },
        ssh: way,
        timeoutMs: TIMEOUT_MS,
        fillPage: fault === FAULTS.diskFull,
      };
      const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx/esm', CHILD]);
      let said = '';
      let reached = false;
      const trouble: Error[] = [];
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (reached || !said.includes(AT_THE_POINT)) return;
        reached = true;
        broken = fault;
        void fault
          .inflict(scene)
          .catch((error: unknown) => trouble.push(new Error('the fault could not be made', { cause: error })))
          .then(() => {
            writeFileSync(goOn, '');
          });
      });
      child.stdin.end(`${JSON.stringify(order)}\n`);
      await once(child, 'close');
      for (const error of trouble) throw error;
      const report = said.split('\n').find((line) => line.startsWith('{"outcome"'));
      return { reached, told: report === undefined ? null : (JSON.parse(report) as Told), said };
    },
    async recover(how, run) {
      await using at = await hypervisor();
      const guest = guestAccess(domain);
      await using guests = new GuestSessions(() => guest);
      const opened: Disposable[] = [];
      try {
        return await (how === 'resume' ? resumeRun : undoRun)({
          hypervisor: at,
          stateDir,
          run,
          guest,
          world: worldOf(at, (name, signal) => guests.session(name, signal)),
          timeoutMs: 30_000,
          dryRun: false,
          recorder: () => {
            const journal = openJournal(stateDir, 'faults');
            opened.push(journal);
            return journal;
          },
          signal: new AbortController().signal,
          progress: SILENT,
        });
      } finally {
        for (const one of opened) one[Symbol.dispose]();
      }
    },
    mend,
    async settle() {
      await mend();
      rmSync(`${stateDir}/journal`, { recursive: true, force: true });
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      sh(`umount ${stateDir}; rm -r ${folder}`);
    },
  };
}
