import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VAGRANT = join(import.meta.dirname, '../../vagrant');
const run = promisify(execFile);

describe('the Vagrantfile', function () {
  // Vagrant takes 3 s to start on an idle machine.
  this.timeout(60_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hotnic-vagrantfile-'));
    await mkdir(join(folder, 'project'));
    await copyFile(join(VAGRANT, 'Vagrantfile'), join(folder, 'project/Vagrantfile'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is Ruby', async () => {
    const { stdout } = await run('ruby', ['-wc', join(VAGRANT, 'Vagrantfile')]);
    assert.equal(stdout, 'Syntax OK\n');
  });

  for (const driver of [undefined, 'qemu', 'kvm'])
    it(`is valid for vagrant-libvirt with ${driver === undefined ? 'no driver named' : driver}`, async () => {
      assert.match(await vagrant(folder, driver, 'validate'), /validated successfully/);
    });

  it('names the drivers there are when asked for another', async () => {
    await assert.rejects(vagrant(folder, 'xen', 'validate'), {
      code: 1,
      stderr: /is qemu or kvm, not "xen"/,
    });
  });

  it('is checked by vagrant-libvirt itself, which refuses an option it does not have', async () => {
    const file = join(folder, 'project/Vagrantfile');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('libvirt.memballoon_pci_bus', 'libvirt.memballoon_bus'));
    await assert.rejects(vagrant(folder, undefined, 'validate'), { stderr: /memballoon_bus/ });
  });

  it('defines a guest and a hypervisor, which do not exist before they are brought up', async () => {
    const status = await vagrant(folder, undefined, 'status', '--machine-readable');
    assert.match(status, /,hotnic-guest,state,not_created/);
    assert.match(status, /,hotnic-hypervisor,state,not_created/);
  });

  it('gives the hypervisor an IOMMU and functions to hand out, SR-IOV only with a QEMU that has it', async () => {
    const script = `require 'vagrant'
      machine = Vagrant::Environment.new.machine(:'hotnic-hypervisor', :libvirt)
      puts machine.provider_config.emulator_path, machine.provider_config.qemu_args.map { |arg| arg[:value] }`;
    const lines = async (more: NodeJS.ProcessEnv) => {
      const env = { ...environment(folder, undefined), ...more };
      return (await run('ruby', ['-e', script], { env })).stdout;
    };
    const plain = await lines({});
    assert.match(plain, /^intel-iommu,intremap=on/m);
    assert.equal(plain.match(/^e1000,.*bus=shared/gm)?.length, 2);
    assert.doesNotMatch(plain, /^igb,/m);
    const own = await lines({ HOTNIC_VAGRANT_QEMU: '/opt/qemu/bin/qemu-system-x86_64' });
    assert.match(own, /^\/opt\/qemu\/bin\/qemu-system-x86_64$/m);
    assert.match(own, /^igb,.*bus=p4/m);
  });

  it('puts the balloon behind the last of twelve root ports, so that libvirt makes them all', async () => {
    const script = `require 'vagrant'
      machine = Vagrant::Environment.new.machine(:'hotnic-guest', :libvirt)
      puts machine.provider_config.machine_type, machine.provider_config.memballoon_pci_bus`;
    const { stdout } = await run('ruby', ['-e', script], { env: environment(folder, undefined) });
    assert.deepEqual(stdout.trim().split('\n').slice(-2), ['q35', '0x0c']);
  });
});

describe('build-box.sh', () => {
  it('is a shell script without syntax errors', async () => {
    await run('sh', ['-n', join(VAGRANT, 'build-box.sh')]);
  });

  it('names no mirror: that is the machine’s own', async () => {
    assert.doesNotMatch(await readFile(join(VAGRANT, 'build-box.sh'), 'utf8'), /https?:\/\//);
  });
});

async function vagrant(
  folder: string,
  driver: string | undefined,
  ...words: readonly string[]
): Promise<string> {
  const options = { env: environment(folder, driver), cwd: folder, timeout: 55_000 };
  return (await run('vagrant', words, options)).stdout;
}

// Nothing of the user's Vagrant is read or written, and every way to the network leads nowhere.
function environment(folder: string, driver: string | undefined): NodeJS.ProcessEnv {
  const nowhere = 'http://127.0.0.1:9';
  return {
    ...process.env,
    // Undefined is taken as not set.
    HOTNIC_VAGRANT_DRIVER: driver,
    HOTNIC_VAGRANT_QEMU: undefined,
    VAGRANT_HOME: join(folder, 'home'),
    VAGRANT_CWD: join(folder, 'project'),
    VAGRANT_DEFAULT_PROVIDER: 'libvirt',
    VAGRANT_CHECKPOINT_DISABLE: '1',
    http_proxy: nowhere,
    https_proxy: nowhere,
  };
}
