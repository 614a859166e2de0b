import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { attachNic, detachNic, hypervisor } from '../test/lab/support/operations.js';
import { MACHINES } from '../test/lab/support/lab.js';

const COMMAND = fileURLToPath(new URL('../dist/bin/hotnic.js', import.meta.url));
const DOMAIN = 'lab-q35';
const ROUNDS = 10;

/** Everything that is measured inside the lab, as Markdown on stdout. */
export async function measureInside(): Promise<void> {
  commands();
  for (const machine of MACHINES) await proofs(machine);
}

// The same job in the C library's own binding: both definitions' interfaces of one domain.
const PYTHON = `
import libvirt, sys
from xml.etree import ElementTree
d = libvirt.open('qemu:///system').lookupByName(sys.argv[1])
for flags in (0, libvirt.VIR_DOMAIN_XML_INACTIVE):
    for nic in ElementTree.fromstring(d.XMLDesc(flags)).iter('interface'):
        print(nic.get('type'))
`;

function commands(): void {
  const lines: [string, string[]][] = [
    ['`node -e 0`', [process.execPath, '-e', '0']],
    ['`hotnic --version`', [process.execPath, COMMAND, '--version']],
    [
      '`hotnic list DOMAIN --guest-channel none`',
      [process.execPath, COMMAND, 'list', DOMAIN, '--guest-channel', 'none'],
    ],
    ['`virsh domiflist DOMAIN`', ['virsh', 'domiflist', DOMAIN]],
    [
      '`virt-xml DOMAIN --add-device … --print-xml`',
      ['virt-xml', DOMAIN, '--add-device', '--network', 'default', '--print-xml'],
    ],
    ['python3-libvirt, both definitions of DOMAIN', ['/usr/bin/python3', '-c', PYTHON, DOMAIN]],
  ];
  const times = new Map(lines.map(([name, argv]) => [name, median(repeat(argv, 15))]));
  const node = times.get('`node -e 0`') ?? 1;
  const virsh = times.get('`virsh domiflist DOMAIN`') ?? 1;
  say('| command | median, ms | × `node -e 0` | × virsh |\n| --- | --- | --- | --- |');
  for (const [name, ms] of times)
    say(`| ${name} | ${ms.toFixed(1)} | ${(ms / node).toFixed(2)} | ${(ms / virsh).toFixed(1)} |`);
  say('');
}

async function proofs(machine: string): Promise<void> {
  await using at = await hypervisor();
  const attach: number[] = [];
  const detach: number[] = [];
  const whole: [number[], number[]] = [[], []];
  const clock: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = Date.now();
    const attached = await attachNic(at, machine, { type: 'network', network: 'default', model: 'virtio' });
    const { provedAt, guestLastEventAt, clockErrorMs } = attached.proof;
    if (provedAt === null || guestLastEventAt === null) throw new Error(attached.summary);
    whole[0].push(Date.now() - began);
    attach.push(provedAt - guestLastEventAt);
    clock.push(clockErrorMs ?? NaN);
    const again = Date.now();
    const { proof, summary } = await detachNic(at, machine, attached.mac);
    if (proof.provedAt === null || proof.deviceRemovedAt === null || proof.guestRemovedAt === null)
      throw new Error(summary);
    whole[1].push(Date.now() - again);
    detach.push(proof.provedAt - Math.max(proof.deviceRemovedAt, proof.guestRemovedAt));
  }
  say(`| ${machine}, medians of ${ROUNDS} | ms |\n| --- | --- |`);
  say(`| attach: guest's last udev event to "proved" | ${median(attach).toFixed(0)} |`);
  say(
    `| detach: later of DEVICE_REMOVED and the guest's remove event to "proved" | ${median(detach).toFixed(0)} |`,
  );
  say(`| clock error of these | ± ${median(clock).toFixed(0)} |`);
  say(`| attach as a whole, SSH connection included | ${median(whole[0]).toFixed(0)} |`);
  say(`| detach as a whole, SSH connection included | ${median(whole[1]).toFixed(0)} |\n`);
}

function repeat([file = '', ...args]: string[], times: number): number[] {
  return Array.from({ length: times }, () => {
    const began = performance.now();
    const { status, stderr } = spawnSync(file, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
    return performance.now() - began;
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
