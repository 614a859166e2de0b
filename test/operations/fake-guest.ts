import type { Channel, CommandResult } from '../../lib/channel/channel.js';
import { HotnicError } from '../../lib/errors/hotnic-error.js';
import type { GuestAccess } from '../../lib/operations/guest-session.js';
import { fixture, NONCE, UUID } from '../guest/fixture.js';
import { ScriptedStream } from '../guest/stand-in-channel.js';

const RECORDED_MAC = '52:54:00:00:10:01';
// test/guest/fixtures/watch-acpi-virtio: the start of the watch, a NIC that comes at 04.0/00.0, and that goes again.
const LINES = fixture('watch-acpi-virtio').split('\n');
const START = LINES.slice(0, 22);
const ARRIVAL = LINES.slice(22, 162);
const DEPARTURE = LINES.slice(162);
const FUNCTION =
  '/sys/devices/pci0000:00/0000:00:04.0/0000:03:00.0\t0x020000\t0x1af4\t0x1041\t0x1af4\t0x1100\t\tvirtio-pci';

/** The port number (bus) behind which the recorded NIC sits, see domainXml: port 3 is 00:04.0. */
export const RECORDED_PORT = 3;

/** A guest made of recordings of a real one (probe and udev streams). What it does when is told by the test. */
export class FakeGuest implements GuestAccess {
  readonly label = 'root@fake';
  /** Commands it was given, beside probes and watches. */
  readonly commands: (readonly string[])[] = [];
  probes = 0;
  closed = 0;
  /** The recorded NIC is on its PCI bus and has a netdev. */
  shows = false;
  addresses = '';
  sshAddress = '10.0.2.15';
  #mac: string;
  #stream: ScriptedStream | null = null;

  constructor(mac = RECORDED_MAC, shows = false) {
    this.#mac = mac;
    this.shows = shows;
  }

  open(): Promise<Channel> {
    const refuse = () => Promise.reject(new Error('the test did not expect this'));
    return Promise.resolve({
      label: this.label,
      run: (argv) => this.#run(argv),
      lines: (argv) => {
        this.#stream = new ScriptedStream();
        this.#stream.push(START.join('\n').replaceAll(UUID, argv[3] ?? ''));
        return Promise.resolve(this.#stream);
      },
      readFile: refuse,
      writeFile: refuse,
      close: () => {
        this.closed += 1;
        return Promise.resolve();
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  }

  /** The recorded NIC comes, with this MAC. */
  arrive(mac = this.#mac): void {
    this.#mac = mac;
    this.shows = true;
    this.#stream?.push(ARRIVAL.join('\n').replaceAll(RECORDED_MAC, mac));
  }

  /** It goes again. */
  depart(): void {
    this.shows = false;
    this.#stream?.push(DEPARTURE.join('\n'));
  }

  /** Its streams say nothing any more. */
  losesStreams(): void {
    this.#stream?.end('Connection reset');
  }

  async #run(argv: readonly string[]): Promise<CommandResult> {
    const answer = (stdout: string) => ({ status: 0, signal: null, stdout, stderr: '' });
    if (argv.length === 4) {
      this.probes += 1;
      return answer(this.#probe().replaceAll(NONCE, argv[3] ?? ''));
    }
    this.commands.push(argv.slice(3));
    if (argv[3] === 'ip') {
      if (!this.shows) return { ...answer(''), status: 1, stderr: 'Cannot find device "enp3s0"' };
      return answer('');
    }
    const sections = ['begin', 'state\n0x1003\t', 'addresses', 'routes4', 'routes6', 'act', 'end'];
    if (argv.length === 6) return answer(sections.map((one) => `#${argv[3] ?? ''} ${one}\n`).join(''));
    throw new HotnicError('command-not-found', argv.join(' '));
  }

  #probe(): string {
    const recorded = fixture('probe-acpi').replace(
      '10.0.2.2 55832 10.0.2.15',
      `10.0.2.2 55832 ${this.sshAddress}`,
    );
    if (!this.shows) return recorded;
    const netdev = `enp3s0\t5\t${this.#mac}\tup\t1\t0x1003\t1500\t-1\tunknown\t\t\t\t\t/sys/devices/pci0000:00/0000:00:04.0/0000:03:00.0/virtio1\tvirtio_net`;
    return recorded
      .replace(`#${NONCE} pciehp`, `${FUNCTION}\n#${NONCE} pciehp`)
      .replace('0-3\t0000:03:00\t0', '0-3\t0000:03:00\t1')
      .replace(`#${NONCE} files`, `${netdev}\n#${NONCE} files`)
      .replace(`#${NONCE} log`, `${this.addresses}#${NONCE} log`);
  }
}
