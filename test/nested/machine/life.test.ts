import assert from 'node:assert/strict';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { isHotnicError } from '../../../lib/errors/hotnic-error.js';
import { labStatus, labUp } from '../../../lib/lab/index.js';
import { OUTER_LAB } from '../support/outer.js';

describe('the lab of a hypervisor', () => {
  it('is shown as one machine, and where its libvirt is', async () => {
    const status = await labStatus({ name: OUTER_LAB });
    assert.deepEqual(
      status?.guests.map(({ name, machine, domainState }) => [name, machine, domainState]),
      [['hypervisor', 'hypervisor', 'running']],
    );
    assert.match(status.libvirtUri, /^qemu\+ssh:\/\/root@127\.0\.0\.1:2201\/system\?keyfile=/);
    assert.equal(process.env['LIBVIRT_DEFAULT_URI'], status.libvirtUri);
  });

  it('works on a disk without a name, which vanishes with QEMU', async () => {
    const runDir = `/run/hotnic/lab/${OUTER_LAB}/guests/hypervisor`;
    const pid = (await readFile(`${runDir}/qemu.pid`, 'utf8')).trim();
    const files = await readdir(`/proc/${pid}/fd`);
    const open = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    assert.deepEqual(
      open.filter((path) => path.includes('.qcow2')).map((path) => path.endsWith(' (deleted)')),
      [true],
    );
  });

  it('does not become a lab of guests, and is not taken for one', async () => {
    await assert.rejects(labUp({ name: OUTER_LAB, cacheDir: '/nonexistent' }), (error) =>
      isHotnicError(error, 'lab-other-kind'),
    );
  });
});
