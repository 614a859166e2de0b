// The demonstration: a NIC goes into a running guest and out again, on a real libvirt with real guests, in a lab of its
// own. Then a detach that libvirt calls a success and that is none, and its cure.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(top);

if (process.getuid() !== 0) {
  say(
    'The demo makes network and mount namespaces and may install packages for its lab: it goes on through sudo.',
  );
  process.exit(
    spawnSync('sudo', ['--preserve-env=PATH,HOME', process.execPath, ...process.argv.slice(1)], {
      stdio: 'inherit',
    }).status ?? 1,
  );
}

const started = Date.now();
must(process.execPath, ['scripts/setup.mjs']);
const hotnic = join(top, 'dist/bin/hotnic.js');
const lab = (...words) => [hotnic, 'lab', ...words, '--name', 'demo'];
const inside = (...words) => [hotnic, 'lab', 'shell', '--name', 'demo', '--', ...words];
const command = (...words) => inside(process.execPath, hotnic, ...words);
const down = () => spawnSync(process.execPath, lab('down', '--quiet'), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (down(), process.exit(130)));

try {
  act('The lab: a private libvirtd and three real guests, in namespaces of their own');
  show('hotnic lab up', lab('up'));

  act('A NIC goes in, proved at both ends');
  const attached = show(
    'hotnic attach lab-q35 --network default --json',
    command('attach', 'lab-q35', '--network', 'default', '--json', '--quiet'),
    { hide: true },
  );
  const { mac, summary } = JSON.parse(attached);
  say(summary);
  show('hotnic list lab-q35', command('list', 'lab-q35'));
  show('lab-q35# ip -br link', lab('ssh', 'lab-q35').concat('--', 'ip', '-br', 'link'));

  act('The guest is paused. What plain libvirt says of a detach now');
  show('virsh suspend lab-q35', inside('virsh', 'suspend', 'lab-q35'));
  show(
    `virsh detach-interface lab-q35 network --mac ${mac} --live`,
    inside('virsh', 'detach-interface', 'lab-q35', 'network', '--mac', mac, '--live'),
  );
  show('virsh domiflist lab-q35', inside('virsh', 'domiflist', 'lab-q35'));
  say('"Detached successfully", and it is still there. What hotnic says:');
  show(`hotnic detach lab-q35 ${mac} --timeout 3`, command('detach', 'lab-q35', mac, '--timeout', '3'), {
    expect: 3,
  });

  act('The cure: the guest runs again, and hotnic waits for the proof');
  show('virsh resume lab-q35', inside('virsh', 'resume', 'lab-q35'));
  show(`hotnic detach lab-q35 ${mac}`, command('detach', 'lab-q35', mac));
  show('hotnic list lab-q35', command('list', 'lab-q35'));
  show('hotnic journal list', command('journal', 'list'));
} finally {
  act('The lab goes');
  down();
}
say(
  `\nDone in ${Math.round((Date.now() - started) / 1000)} s. The lab is gone; what was installed, the build and the guest image stay for the next time.`,
);

function act(title) {
  say(`\n== ${title}`);
}

function show(line, argv, { hide = false, expect = 0 } = {}) {
  say(`\n$ ${line}`);
  const { status, stdout } = spawnSync(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (!hide) process.stdout.write(stdout);
  if (status !== expect) {
    if (hide) process.stdout.write(stdout);
    say(`\nThe demo ends here: "${line}" ended with ${status}, and ${expect} was expected.`);
    down();
    process.exit(1);
  }
  if (expect !== 0) say(`(exit code ${status})`);
  return stdout;
}

function must(file, args) {
  if (!existsSync(args[0])) throw new Error(`${args[0]} is missing`);
  const { status } = spawnSync(file, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
