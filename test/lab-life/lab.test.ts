import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { connect } from 'node-libvirt';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import {
  labAddGuest,
  labDown,
  labExecArgv,
  labRemoveGuest,
  labSshArgv,
  labStatus,
  labUp,
} from '../../lib/lab/index.js';
import type { LabStatus } from '../../lib/lab/index.js';
import { processesInLab } from '../../lib/lab/process.js';

const name = `t${process.pid}`;
const cacheDir = `${process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache`}/hotnic`;

describe('the lab', function () {
  this.timeout(300_000);
  let untouched: Traces;
  let lab: LabStatus;

  before(async () => {
    untouched = traces();
    lab = await labUp({ name, cacheDir });
  });
  after(() => labDown({ name }));

  it('has a guest of each machine, and each answers SSH with the host key that was promised', () => {
    assert.deepEqual(
      lab.guests.map((guest) => [guest.name, guest.machine, guest.domainState, guest.sshReady]),
      [
        ['lab-q35', 'q35', 'running', true],
        ['lab-q35-native', 'q35-native', 'running', true],
        ['lab-i440fx', 'i440fx', 'running', true],
      ],
    );
    for (const guest of lab.guests) assert.equal(run(labSshArgv(lab, guest.name, ['hostname'])), guest.name);
  });

  it('offers its libvirtd by path to the outside, with guests that have no NIC yet', async () => {
    const connection = await connect(lab.libvirtUri);
    try {
      const domains = await connection.listAllDomains();
      assert.deepEqual(domains.map((domain) => domain.name).sort(), [
        'lab-i440fx',
        'lab-q35',
        'lab-q35-native',
      ]);
      for (const domain of domains) assert.doesNotMatch(await domain.getXMLDesc(), /<interface/);
    } finally {
      await connection.close();
    }
  });

  it('has interfaces of its own, a bridge and a network among them, and none of the machine', () => {
    const inside = run(labExecArgv(lab, ['ls', '/sys/class/net'])).split('\n');
    assert.deepEqual(inside.filter((each) => each !== 'bonding_masters').sort(), ['br0', 'lo', 'virbr0']);
    assert.deepEqual(interfaces(), untouched.interfaces);
  });

  it('has a /run of its own, so that nothing in it talks to services of the machine', () => {
    assert.deepEqual(run(labExecArgv(lab, ['ls', '/run'])).split('\n'), [
      ...['hotnic', 'libvirt', 'libvirtd.pid', 'lock', 'user'],
    ]);
  });

  it('is reported by status, and left alone by a second up', async () => {
    const status = await labStatus({ name });
    assert.equal(status?.holderPid, lab.holderPid);
    assert.deepEqual(
      status.guests.map(({ sshReady }) => sshReady),
      [true, true, true],
    );
    assert.equal((await labUp({ name, cacheDir })).holderPid, lab.holderPid);
  });

  it('takes a guest with a busybox userland and no udev, and lets it go', async () => {
    const guest = await labAddGuest(name, { name: 'bare', machine: 'q35', userland: 'busybox' });
    assert.equal(guest.sshReady, true);
    const status = await labStatus({ name });
    assert.ok(status);
    assert.equal(run(labSshArgv(status, 'bare', ['ls', '/bin/sh', '/dev/null'])), '/bin/sh\n/dev/null');
    assert.notEqual(spawn(labSshArgv(status, 'bare', ['command -v udevadm'])).status, 0);
    await labRemoveGuest(name, 'bare');
    assert.equal(
      (await labStatus({ name }))?.guests.some((each) => each.name === 'bare'),
      false,
    );
    assert.doesNotMatch(readFileSync(lab.knownHosts, 'utf8'), new RegExp(`:${guest.sshPort} `));
  });

  it('boots a guest with kernel arguments of the test, without waiting if told so', async () => {
    const spec = {
      name: 'early',
      machine: 'i440fx',
      kernelArgs: ['acpiphp.disable=1'],
      waitForSsh: false,
    } as const;
    const started = Date.now();
    assert.equal((await labAddGuest(name, spec)).domainState, 'running');
    assert.ok(Date.now() - started < 60_000);
    await labRemoveGuest(name, 'early');
  });

  it('says what a guest that does not come up wrote to its console, and removes it', async () => {
    const spec = { name: 'dead', machine: 'q35', kernelArgs: ['rdinit=/none', 'root=/dev/none'] } as const;
    await assert.rejects(
      labAddGuest(name, spec, { bootTimeoutMs: 15_000 }),
      (error) => isHotnicError(error, 'lab-guest-failed') && /panic|rdinit/i.test(error.details.seen ?? ''),
    );
    assert.equal(
      (await labStatus({ name }))?.guests.some((each) => each.name === 'dead'),
      false,
    );
  });

  it('refuses a second guest of the same name', async () => {
    await assert.rejects(labAddGuest(name, { name: 'lab-q35', machine: 'q35' }), (error) =>
      isHotnicError(error, 'lab-guest-exists'),
    );
    assert.equal(run(labSshArgv(lab, 'lab-q35', ['hostname'])), 'lab-q35');
  });

  it('leaves no process, mount, namespace or file when it is taken down', async () => {
    const namespace = readlinkSync(`/proc/${lab.holderPid}/ns/net`);
    await labDown({ name });
    assert.deepEqual(await processesInLab(lab.stateDir), []);
    assert.equal(allNetworkNamespaces().has(namespace), false);
    assert.deepEqual(traces(), untouched);
    assert.equal(await labStatus({ name }), null);
    await labDown({ name });
  });

  it('leaves nothing either when it is interrupted on its way up', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const up = labUp({
      name,
      cacheDir,
      signal: controller.signal,
      onProgress: (text) => {
        if (text.startsWith('waiting for')) controller.abort(reason);
      },
    });
    await assert.rejects(up, (error) => error === reason);
    assert.deepEqual(await processesInLab(lab.stateDir), []);
    assert.deepEqual(traces(), untouched);
  });
});

interface Traces {
  readonly interfaces: readonly string[];
  readonly mounts: readonly string[];
  readonly files: readonly string[];
  readonly accounts: string;
}

/** Everything on this machine that a lab could leave traces in. Other labs, which tests may run beside, are left out. */
function traces(): Traces {
  return {
    interfaces: interfaces(),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').sort(),
    files: WATCHED.flatMap((folder) => list(folder).map((file) => `${folder}/${file}`)).filter(concernsLab),
    accounts: readFileSync('/etc/passwd', 'utf8') + readFileSync('/etc/group', 'utf8'),
  };
}

const WATCHED = [
  ...['/run', '/run/hotnic/lab', '/run/libvirt', '/etc/libvirt', '/etc', '/var/lib', '/var/lib/libvirt'],
  ...['/var/log', '/var/log/libvirt', '/var/cache', '/var/cache/libvirt'],
];

// Labs that run beside this one have folders of their own.
function concernsLab(path: string): boolean {
  return !path.startsWith('/run/hotnic/lab/') || path.includes(name);
}

function interfaces(): readonly string[] {
  return readdirSync('/sys/class/net').sort();
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function allNetworkNamespaces(): Set<string> {
  const found = new Set<string>();
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      found.add(readlinkSync(`/proc/${pid}/ns/net`));
    } catch {
      // The process ended meanwhile.
    }
  }
  return found;
}

function spawn([file = '', ...args]: readonly string[]) {
  return spawnSync(file, args, { encoding: 'utf8', timeout: 60_000 });
}

function run(argv: readonly string[]): string {
  const { status, stdout, stderr } = spawn(argv);
  assert.equal(status, 0, stderr);
  return stdout.trim();
}
