import { outerMachine, type OuterMachine } from '../../../lib/lab/hypervisor/index.js';
import type { SshChannel } from '../../../lib/channel/index.js';

/** The tests run inside the hypervisor lab; outside of it there is nothing to test against, and that is a failure. */
export const OUTER_LAB = process.env['HOTNIC_LAB'] ?? outside();

function outside(): never {
  throw new Error('these tests run inside the hypervisor lab: node scripts/test.mjs nested');
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON document on stdout; throws when there is none. */
  readonly json: Record<string, unknown>;
}

/** The outer machine as tests use it: one SSH connection, opened anew after each return to the snapshot. */
export class Outer {
  readonly machine: OuterMachine;
  #channel: Promise<SshChannel> | undefined;

  private constructor(machine: OuterMachine) {
    this.machine = machine;
  }

  static async open(): Promise<Outer> {
    return new Outer(await outerMachine(OUTER_LAB));
  }

  /** The connection that everything here runs on. */
  channel(): Promise<SshChannel> {
    return (this.#channel ??= this.machine.connect());
  }

  /** Back to the snapshot of the booted machine. */
  async restore(): Promise<void> {
    await this.close();
    await this.machine.restore();
  }

  /** Runs a command to its end, whatever that is. */
  async end(...argv: string[]): Promise<Ended> {
    const channel = await this.channel();
    const { status, stdout, stderr } = await channel.run(argv, { timeoutMs: 120_000 });
    return {
      code: status,
      stdout,
      stderr,
      get json() {
        return JSON.parse(stdout) as Record<string, unknown>;
      },
    };
  }

  /** Runs a command and gives its output; throws when it fails. */
  async run(...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.end(...argv);
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${code ?? 'killed'}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  /** Runs a shell script and gives its output; throws when it fails. */
  async sh(script: string): Promise<string> {
    return await this.run('sh', '-euc', script);
  }

  /** Runs the hotnic that is installed in the machine, as its operator would. */
  async hotnic(...args: string[]): Promise<Ended> {
    return await this.end('hotnic', ...args);
  }

  /** A function vanishes from the machine: taken out of the outer QEMU, without a word to libvirt. */
  async unplug(id: string): Promise<void> {
    await using monitor = await this.machine.monitor();
    await monitor.execute('device_del', { id });
  }

  async close(): Promise<void> {
    const channel = await this.#channel?.catch(() => undefined);
    this.#channel = undefined;
    await channel?.close();
  }
}
