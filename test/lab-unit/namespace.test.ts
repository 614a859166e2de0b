import assert from 'node:assert/strict';
import { labExecArgv } from '../../lib/lab/exec.js';
import { namespaceCommands } from '../../lib/lab/namespace.js';
import { labPaths } from '../../lib/lab/paths.js';
import { mountsLab, processesInLab, processStart } from '../../lib/lab/process.js';
import { labSshArgv } from '../../lib/lab/ssh.js';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';

const lab = {
  name: 'lab',
  holderPid: 4711,
  configFile: '/run/hotnic/lab/lab/config.yaml',
  knownHosts: '/run/hotnic/lab/lab/known_hosts',
  identity: '/run/hotnic/lab/lab/id_ed25519',
  guests: [{ name: 'g', machine: 'q35', sshPort: 2201, sshReady: true, domainState: 'running' }],
} as const;

describe("the namespace's furniture", () => {
  const commands = namespaceCommands('/run/hotnic/lab/x');
  const text = commands.map((argv) => argv.join(' '));

  it('covers every folder libvirt writes to', () => {
    for (const path of ['/etc/libvirt', '/var/lib/libvirt', '/var/log/libvirt', '/var/cache/libvirt'])
      assert.ok(
        text.some(
          (line) => line.startsWith('mount -n --bind /run/hotnic/lab/x/') && line.endsWith(` ${path}`),
        ),
        path,
      );
  });

  it('replaces /run only once everything in the new one is in place', () => {
    const move = text.findIndex((line) => line.startsWith('mount -n --move'));
    const binds = text.flatMap((line, index) => (line.includes('new-run/') ? [index] : []));
    assert.ok(binds.length > 0 && binds.every((index) => index < move));
  });
});

describe('running something inside a lab', () => {
  it('enters both namespaces and says which lab it is', () => {
    assert.deepEqual(labExecArgv(lab, ['virsh', 'list'], '/work'), [
      ...['nsenter', '--target', '4711', '--net', '--mount', '--'],
      ...['env', '--chdir=/work', '-u', 'LIBVIRT_DEFAULT_URI'],
      ...[
        'HOTNIC_CONFIG=/run/hotnic/lab/lab/config.yaml',
        'HOTNIC_LAB=lab',
        'XDG_STATE_HOME=/run/hotnic/lab/lab/state',
      ],
      ...['virsh', 'list'],
    ]);
  });

  it('checks the host key of a guest against the lab alone', () => {
    const argv = labSshArgv(lab, 'g', ['true']);
    assert.ok(argv.includes('StrictHostKeyChecking=yes'));
    assert.ok(argv.includes(`UserKnownHostsFile=${lab.knownHosts}`));
    assert.deepEqual(argv.slice(-5), ['-p', '2201', 'root@127.0.0.1', '--', 'true']);
  });

  it('names the guests there are when asked for another', () => {
    assert.throws(
      () => labSshArgv(lab, 'nobody'),
      (error) => isHotnicError(error, 'lab-guest-unknown') && error.details.next === 'use one of: g',
    );
  });
});

describe('the name of a lab', () => {
  it('is refused when it could not be a folder, a domain and a host name', () => {
    for (const name of ['', '..', 'a/b', 'UPPER', '-x', 'x'.repeat(33), 'a b', 'a\n'])
      assert.throws(
        () => labPaths(name),
        (error) => isHotnicError(error, 'lab-name-invalid'),
        name,
      );
    assert.equal(labPaths('a-1').stateDir, '/run/hotnic/lab/a-1');
  });

  it('is "lab" when none is given', () => {
    assert.equal(labPaths().name, 'lab');
  });
});

describe('finding the processes of a lab', () => {
  const line = (root: string, point: string) =>
    `43 42 254:0 ${root} ${point} rw,relatime - ext4 /dev/vda rw\n`;

  it('goes by what is mounted, whether /run is a file system of its own or not', () => {
    const folder = '/run/hotnic/lab/x';
    assert.equal(mountsLab(line('/run/hotnic/lab/x/run', '/run/libvirt'), folder), true);
    assert.equal(mountsLab(line('/hotnic/lab/x/run', '/run/libvirt'), folder), true);
  });

  it('takes no other lab and no other mount for it', () => {
    const folder = '/run/hotnic/lab/x';
    assert.equal(mountsLab(line('/hotnic/lab/xx/run', '/run/libvirt'), folder), false);
    assert.equal(mountsLab(line('/hotnic/lab/y/run', '/run/libvirt'), folder), false);
    assert.equal(mountsLab(line('/hotnic/lab/x/run', '/mnt'), folder), false);
    assert.equal(mountsLab('', folder), false);
  });

  it('finds none where there is no lab', async () => {
    assert.deepEqual(await processesInLab('/run/hotnic/lab/no-such-lab'), []);
  });

  it('tells a process from a later one with the same id by its start', async () => {
    assert.match((await processStart(process.pid)) ?? '', /^\d+$/);
    assert.equal(await processStart(2 ** 30), undefined);
  });
});
