import assert from 'node:assert/strict';
import { withLibvirtAccount } from '../../lib/lab/accounts.js';
import { canVirtualise } from '../../lib/lab/kvm.js';
import { describeMissing, labRequirements } from '../../lib/lab/requirements.js';

describe('what a lab needs', () => {
  it('is asked for in one command, each package once', () => {
    const missing = [
      { part: 'ssh', package: 'openssh-client' },
      { part: 'ssh-keygen', package: 'openssh-client' },
      { part: 'cpio', package: 'cpio' },
      { part: '/dev/net/tun' },
    ];
    const { command, supported } = describeMissing(missing, true);
    assert.equal(command, 'apt-get install -y --no-install-recommends openssh-client cpio');
    assert.equal(supported, true);
  });

  it('has no command where there is no apt, and none where nothing is missing', () => {
    assert.deepEqual(describeMissing([{ part: 'cpio', package: 'cpio' }], false).command, undefined);
    assert.deepEqual(describeMissing([], true), { missing: [], supported: true });
  });

  it('is looked for on this machine without changing it', async () => {
    const { missing } = await labRequirements();
    for (const { part } of missing) assert.ok(part.length > 0);
  });
});

describe('the account that libvirtd wants', () => {
  it('is added with free ids, beside everything that was there', () => {
    const { passwd, group } = withLibvirtAccount('root:x:0:0::/root:/bin/sh\n', 'root:x:0:\nused:x:999:\n');
    assert.equal(
      passwd,
      'root:x:0:0::/root:/bin/sh\nlibvirt-qemu:x:999:997:libvirt:/var/lib/libvirt:/usr/sbin/nologin\n',
    );
    assert.equal(group, 'root:x:0:\nused:x:999:\nlibvirt-qemu:x:998:\nkvm:x:997:\n');
  });

  it('is left as it is where the machine has it', () => {
    const passwd = 'libvirt-qemu:x:64055:105::/:/bin/false';
    const group = 'kvm:x:105:\nlibvirt-qemu:x:64055:\n';
    assert.deepEqual(withLibvirtAccount(passwd, group), { passwd, group });
  });

  it('joins the group kvm that the machine has', () => {
    assert.match(withLibvirtAccount('', 'kvm:x:105:').passwd, /^libvirt-qemu:x:999:105:/);
  });
});

describe('KVM', () => {
  it('is believed only from the processor flags', () => {
    assert.equal(canVirtualise('flags\t\t: fpu vme vmx ssse3\n'), true);
    assert.equal(canVirtualise('flags\t\t: fpu svm\n'), true);
    assert.equal(canVirtualise('model name: svm vmx\nflags\t\t: fpu svme vmxish\nvmx flags\t: svm\n'), false);
  });
});
